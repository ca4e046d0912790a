package dev.sallyport.transport.inline;

import dev.sallyport.transport.Transport;
import dev.sallyport.transport.TransportConfig;
import dev.sallyport.transport.loopback.Assembly;

/**
 * The transport inside one process: the same encoded and signed bytes through the same sessions, limits and outcomes as over
 * loopback, without sockets and without shared objects.
 */
public final class InlineTransport {

    private InlineTransport() {}

    /** Starts a transport. Its event loops are daemon threads and start when they are first used. */
    public static Transport create(TransportConfig config) {
        return new Assembly(config, new PipeMedium(config));
    }
}
