package dev.sallyport.transport.loopback;

import dev.sallyport.transport.RejectReason;
import dev.sallyport.transport.session.SupervisorHandshake;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.IntSupplier;

/**
 * The connections that have not authenticated yet. Above the limit the oldest one that has not shown a verified HELLO is
 * closed, so that idle strangers never keep a worker out (protocol.md, section 4). Confined to the accepting event loop.
 */
final class UnauthenticatedPool {

    private final IntSupplier limit;
    private final Map<SupervisorHandshake, Consumer<RejectReason>> closers = new LinkedHashMap<>();

    UnauthenticatedPool(IntSupplier limit) {
        this.limit = limit;
    }

    /** @param close closes the connection; it calls {@link #remove} */
    void add(SupervisorHandshake handshake, Consumer<RejectReason> close) {
        closers.put(handshake, close);
        if (closers.size() > limit.getAsInt()) {
            closeOldest();
        }
    }

    void remove(SupervisorHandshake handshake) {
        closers.remove(handshake);
    }

    private void closeOldest() {
        for (Map.Entry<SupervisorHandshake, Consumer<RejectReason>> entry : closers.entrySet()) {
            if (!entry.getKey().isHelloVerified()) {
                entry.getValue().accept(RejectReason.E_POOL);
                return;
            }
        }
    }

    /** The server closes: nobody is waited for any more. */
    void closeAll() {
        List.copyOf(closers.values()).forEach(close -> close.accept(RejectReason.OK_CLOSE));
    }
}
