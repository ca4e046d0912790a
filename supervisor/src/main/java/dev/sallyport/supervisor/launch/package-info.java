/** The choice of the mode: from a configuration to a supervisor. */
@NullMarked
package dev.sallyport.supervisor.launch;

import org.jspecify.annotations.NullMarked;
