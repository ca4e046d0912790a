/** How cost grows with the number of sessions and of workers. */
@NullMarked
package dev.sallyport.benchmarks.scale;

import org.jspecify.annotations.NullMarked;
