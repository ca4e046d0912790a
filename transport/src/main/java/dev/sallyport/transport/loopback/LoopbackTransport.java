package dev.sallyport.transport.loopback;

import dev.sallyport.transport.Transport;
import dev.sallyport.transport.TransportConfig;

/** The transport over loopback TCP sockets. */
public final class LoopbackTransport {

    private LoopbackTransport() {}

    /**
     * Loads what the first connection of a process needs, native code above all. A process for which every millisecond of its start counts calls
     * this on a thread of its own beside other work; the first {@link #create} does it otherwise. Safe on any thread. Connects to nothing, and leaves
     * nothing open.
     */
    public static void load() {
        SocketMedium.load();
    }

    /** Starts a transport. Its event loops are daemon threads and start when they are first used. */
    public static Transport create(TransportConfig config) {
        return new Assembly(config, new SocketMedium(config));
    }
}
