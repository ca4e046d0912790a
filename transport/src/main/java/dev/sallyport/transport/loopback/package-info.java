/**
 * Assembly over sockets: event loops, the channel pipeline, servers and connections. The in-process transport uses the same
 * assembly over another {@link dev.sallyport.transport.loopback.Medium}.
 */
@NullMarked
package dev.sallyport.transport.loopback;

import org.jspecify.annotations.NullMarked;
