/** Benchmarks that need what is package-private in the loopback transport. */
@NullMarked
package dev.sallyport.transport.loopback;

import org.jspecify.annotations.NullMarked;
