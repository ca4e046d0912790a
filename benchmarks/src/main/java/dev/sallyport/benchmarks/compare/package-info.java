/** The two-process comparison: starts the peers, drives identical shapes in interleaved rounds, writes JSON. */
@NullMarked
package dev.sallyport.benchmarks.compare;

import org.jspecify.annotations.NullMarked;
