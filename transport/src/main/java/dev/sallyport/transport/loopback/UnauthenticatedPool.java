package dev.sallyport.transport.loopback;

import dev.sallyport.transport.session.SupervisorHandshake;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.IntSupplier;

/**
 * The connections that have not authenticated yet. Above the limit the oldest one that has not shown a verified HELLO is
 * closed, so that idle strangers never keep a worker out (protocol.md, section 4). Confined to the accepting event loop.
 */
final class UnauthenticatedPool {

    private final IntSupplier limit;
    private final Map<SupervisorHandshake, Runnable> closers = new LinkedHashMap<>();

    UnauthenticatedPool(IntSupplier limit) {
        this.limit = limit;
    }

    /** @param close closes the connection; it calls {@link #remove} */
    void add(SupervisorHandshake handshake, Runnable close) {
        closers.put(handshake, close);
        if (closers.size() > limit.getAsInt()) {
            closeOldest();
        }
    }

    void remove(SupervisorHandshake handshake) {
        closers.remove(handshake);
    }

    private void closeOldest() {
        Iterator<Map.Entry<SupervisorHandshake, Runnable>> entries =
                closers.entrySet().iterator();
        while (entries.hasNext()) {
            Map.Entry<SupervisorHandshake, Runnable> entry = entries.next();
            if (!entry.getKey().isHelloVerified()) {
                entries.remove();
                entry.getValue().run();
                return;
            }
        }
    }
}
