/** The contestants of the comparison. Each moves the same bytes over loopback TCP between two processes. */
@NullMarked
package dev.sallyport.benchmarks.peer;

import org.jspecify.annotations.NullMarked;
