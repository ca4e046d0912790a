/** Tests of the command line. */
@NullMarked
package dev.sallyport.supervisor.cli;

import org.jspecify.annotations.NullMarked;
