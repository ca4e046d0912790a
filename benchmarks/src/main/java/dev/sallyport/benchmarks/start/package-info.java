/** How fast a worker starts. */
@NullMarked
package dev.sallyport.benchmarks.start;

import org.jspecify.annotations.NullMarked;
