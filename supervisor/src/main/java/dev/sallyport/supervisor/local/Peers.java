package dev.sallyport.supervisor.local;

import dev.sallyport.proto.v1.StopAck;
import dev.sallyport.proto.v1.WorkerStatus;
import dev.sallyport.supervisor.lifecycle.WorkerEvent;
import dev.sallyport.transport.Lane;
import dev.sallyport.transport.PeerId;
import dev.sallyport.transport.PeerListener;
import dev.sallyport.transport.RejectReason;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands what the transport hears of workers to the supervisor's thread. That thread takes longer for what a worker says than the
 * transport does for reading it, so of each worker only so much may wait: a worker that says more is not heard, and everybody else is.
 * Called on the control event loop, as {@link PeerListener} says.
 */
final class Peers implements PeerListener {

    /** Three phases and, for each of a few orders to stop, six acknowledgements are all that a worker ever has to say. */
    static final int WAITING_MAX = 64;

    private static final Logger LOG = LoggerFactory.getLogger(Peers.class);

    private static final long LOG_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final BiFunction<PeerId, WorkerEvent, CompletableFuture<Void>> events;

    /** How much waits of each worker of which anything does. */
    private final Map<PeerId, Integer> waiting = new ConcurrentHashMap<>();

    private long loggedAt = System.nanoTime() - LOG_PAUSE_NANOS;

    /** @param events hands one over, and completes when it was taken */
    Peers(BiFunction<PeerId, WorkerEvent, CompletableFuture<Void>> events) {
        this.events = events;
    }

    /** Never left out, as the state of a lane must not be: it costs the worker a handshake. */
    @Override
    public void laneOpened(PeerId peer, Lane lane) {
        CompletableFuture<?> unused = events.apply(peer, new WorkerEvent.LaneOpened(lane));
    }

    @Override
    public void laneClosed(PeerId peer, Lane lane, RejectReason reason) {
        CompletableFuture<?> unused = events.apply(peer, new WorkerEvent.LaneClosed(lane, reason));
    }

    @Override
    public void statusReported(PeerId peer, WorkerStatus status) {
        said(peer, new WorkerEvent.Reported(status));
    }

    @Override
    public void stopAcknowledged(PeerId peer, StopAck ack) {
        said(peer, new WorkerEvent.Acknowledged(ack));
    }

    @Override
    public void heartbeatAnswered(PeerId peer, long roundTripNanos) {
        said(peer, new WorkerEvent.HeartbeatAnswered());
    }

    private void said(PeerId peer, WorkerEvent event) {
        if (waiting.getOrDefault(peer, 0) >= WAITING_MAX) {
            logLeftOut(peer);
            return;
        }
        waiting.merge(peer, 1, Integer::sum);
        try {
            CompletableFuture<?> unused =
                    events.apply(peer, event).whenComplete((taken, failure) -> waitsNoLonger(peer));
        } catch (RuntimeException | Error e) {
            waitsNoLonger(peer);
            throw e;
        }
    }

    private void waitsNoLonger(PeerId peer) {
        waiting.computeIfPresent(peer, (id, count) -> count == 1 ? null : count - 1);
    }

    /** One line a second for all of them together. */
    private void logLeftOut(PeerId peer) {
        long now = System.nanoTime();
        if (now - loggedAt >= LOG_PAUSE_NANOS) {
            loggedAt = now;
            LOG.warn("worker {} says more than can be taken in; what it reported or acknowledged is left out", peer);
        }
    }
}
