/** One JMH class for each stage of the path of a frame, and for the decisions that rest on a measurement. */
@NullMarked
package dev.sallyport.benchmarks.stage;

import org.jspecify.annotations.NullMarked;
