/**
 * The contracts of the supervisor: what an embedding program and a worker's code name. The two modes live above, in
 * {@code local} (processes) and {@code inline} (this process), and are chosen in {@code launch}.
 */
@NullMarked
package dev.sallyport.supervisor;

import org.jspecify.annotations.NullMarked;
