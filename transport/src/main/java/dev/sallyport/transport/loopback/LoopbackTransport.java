package dev.sallyport.transport.loopback;

import dev.sallyport.transport.Transport;
import dev.sallyport.transport.TransportConfig;

/** The transport over loopback TCP sockets. */
public final class LoopbackTransport {

    private LoopbackTransport() {}

    /** Starts a transport. Its event loops are daemon threads and start when they are first used. */
    public static Transport create(TransportConfig config) {
        return new Assembly(config, new SocketMedium(config));
    }
}
