package dev.sallyport.transport;

import org.jspecify.annotations.Nullable;

/** Tells two observers, in order. */
record BothObservers(TransportObserver first, TransportObserver second) implements TransportObserver {

    @Override
    public void rejected(RejectReason reason, @Nullable PeerId peer, String cause) {
        first.rejected(reason, peer, cause);
        second.rejected(reason, peer, cause);
    }

    @Override
    public void sessionOpened(PeerId peer, Lane lane) {
        first.sessionOpened(peer, lane);
        second.sessionOpened(peer, lane);
    }

    @Override
    public void sessionClosed(PeerId peer, Lane lane, RejectReason reason) {
        first.sessionClosed(peer, lane, reason);
        second.sessionClosed(peer, lane, reason);
    }

    @Override
    public void callEnded(PeerId peer, String method, Outcome outcome, long nanos) {
        first.callEnded(peer, method, outcome, nanos);
        second.callEnded(peer, method, outcome, nanos);
    }

    @Override
    public void requestServed(PeerId peer, String method, Outcome outcome, long nanos) {
        first.requestServed(peer, method, outcome, nanos);
        second.requestServed(peer, method, outcome, nanos);
    }

    @Override
    public void messageDropped(PeerId peer) {
        first.messageDropped(peer);
        second.messageDropped(peer);
    }

    @Override
    public void writeStalled(PeerId peer, Lane lane, long nanos) {
        first.writeStalled(peer, lane, nanos);
        second.writeStalled(peer, lane, nanos);
    }
}
