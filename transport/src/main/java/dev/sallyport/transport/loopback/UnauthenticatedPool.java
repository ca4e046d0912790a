package dev.sallyport.transport.loopback;

import dev.sallyport.transport.Lane;
import dev.sallyport.transport.RejectReason;
import dev.sallyport.transport.session.IssuedPeer;
import dev.sallyport.transport.session.SupervisorHandshake;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.IntSupplier;

/**
 * The connections that have not authenticated yet. Above the limit the oldest one is closed that has not shown a verified HELLO, or
 * whose peer has more of them here than it has lanes: neither idle strangers nor a worker that was taken over keep another one out
 * (protocol.md, section 4). Confined to the accepting event loop.
 */
final class UnauthenticatedPool {

    private static final int LANES = Lane.values().length;

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
        Map<IssuedPeer, Integer> shown = shown();
        for (Map.Entry<SupervisorHandshake, Consumer<RejectReason>> entry : closers.entrySet()) {
            IssuedPeer peer = entry.getKey().peer();
            if (peer == null || shown.getOrDefault(peer, 0) > LANES) {
                entry.getValue().accept(RejectReason.E_POOL);
                return;
            }
        }
    }

    /** How many verified HELLOs there are of each peer. */
    private Map<IssuedPeer, Integer> shown() {
        Map<IssuedPeer, Integer> shown = new IdentityHashMap<>();
        for (SupervisorHandshake handshake : closers.keySet()) {
            IssuedPeer peer = handshake.peer();
            if (peer != null) {
                shown.merge(peer, 1, Integer::sum);
            }
        }
        return shown;
    }

    /** The server closes: nobody is waited for any more. */
    void closeAll() {
        List.copyOf(closers.values()).forEach(close -> close.accept(RejectReason.OK_CLOSE));
    }
}
