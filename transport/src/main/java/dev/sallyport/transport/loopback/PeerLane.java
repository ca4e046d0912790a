package dev.sallyport.transport.loopback;

import dev.sallyport.transport.RejectReason;
import dev.sallyport.transport.frame.ProtocolViolation;
import org.jspecify.annotations.Nullable;

/**
 * One lane of an issued peer on the server's side. Of its sessions the one with the latest FINISH has the lane, whatever order their
 * event loops open them in (protocol.md, section 4), and only that one takes a place. Safe for use by many threads.
 *
 * @param <T> what a session does with the lane
 */
final class PeerLane<T> {

    /** A session that has the lane, or had it last. */
    private record Held<T>(long finish, SessionHandler session, T traffic) {}

    private final Places places;
    private volatile @Nullable Held<T> held;
    private @Nullable RejectReason over;
    private boolean placed;

    /** @param places shared with other lanes */
    PeerLane(Places places) {
        this.places = places;
    }

    /**
     * A session is about to open: it takes the lane, and the one before it gives way, or it is refused. Called on the session's event
     * loop.
     *
     * @param finish the number of its FINISH among those of its peer
     * @return why it must not open, or null
     */
    @Nullable
    ProtocolViolation adopt(long finish, SessionHandler session, T traffic) {
        Held<T> old;
        synchronized (this) {
            old = held;
            if (over != null) {
                return new ProtocolViolation(over, "ended during its handshake");
            }
            if (old != null && finish < old.finish) {
                return superseded();
            }
            if (!placed && !places.take()) {
                return new ProtocolViolation(RejectReason.E_LIMIT, "max_sessions are open");
            }
            placed = true;
            held = new Held<>(finish, session, traffic);
        }
        session.channel().closeFuture().addListener(gone -> left(session));
        if (old != null) {
            ProtocolViolation reason = superseded();
            old.session.end(reason.reason(), reason.detail());
        }
        return null;
    }

    private static ProtocolViolation superseded() {
        return new ProtocolViolation(RejectReason.E_SUPERSEDED, "a newer session of the same peer and lane is open");
    }

    /** A session that gave way has left its place to the next one. */
    private synchronized void left(SessionHandler session) {
        Held<T> last = held;
        if (placed && last != null && last.session == session) {
            placed = false;
            places.free();
        }
    }

    /** Ends the session; another may come. */
    void end(RejectReason reason, String detail) {
        ending(reason, detail).run();
    }

    /** What ends the session that is held at this moment, and no later one. */
    Runnable ending(RejectReason reason, String detail) {
        Held<T> last = held;
        return last == null ? () -> {} : () -> last.session.end(reason, detail);
    }

    /** Ends the session, and every one that would still come. */
    void endForGood(RejectReason reason, String detail) {
        synchronized (this) {
            over = reason;
        }
        end(reason, detail);
    }

    /** The session, if it is open at this moment. */
    @Nullable
    SessionHandler session() {
        Held<T> last = held;
        return last != null && last.session.isOpen() ? last.session : null;
    }

    /** What the session does, if it is open at this moment. */
    @Nullable
    T open() {
        Held<T> last = held;
        return last != null && last.session.isOpen() ? last.traffic : null;
    }

    /** What the session does, or the last one did; null when there was none. */
    @Nullable
    T last() {
        Held<T> last = held;
        return last == null ? null : last.traffic;
    }
}
