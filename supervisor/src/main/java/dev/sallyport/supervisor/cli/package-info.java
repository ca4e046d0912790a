/** The command line {@code sallyport}: arguments in, text or JSON out, one documented exit code. */
@NullMarked
package dev.sallyport.supervisor.cli;

import org.jspecify.annotations.NullMarked;
