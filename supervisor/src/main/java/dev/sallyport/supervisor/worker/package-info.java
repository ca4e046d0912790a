/**
 * The child's side: the container built from a bundle's metadata, the phases reported over the control lane, the acknowledged
 * stop, and the end of a worker whose supervisor is gone. {@code inline} runs the same runtime inside the supervisor's process.
 */
@NullMarked
package dev.sallyport.supervisor.worker;

import org.jspecify.annotations.NullMarked;
