/**
 * The contracts of the transport: everything that an embedding program names.
 *
 * <p>Implementations live above, in {@code loopback} (sockets) and {@code inline} (in process). Nothing here depends on
 * them, and no type of the network library appears in a signature.
 */
@NullMarked
package dev.sallyport.transport;

import org.jspecify.annotations.NullMarked;
