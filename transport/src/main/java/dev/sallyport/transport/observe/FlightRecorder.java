package dev.sallyport.transport.observe;

import dev.sallyport.transport.Lane;
import dev.sallyport.transport.Outcome;
import dev.sallyport.transport.PeerId;
import dev.sallyport.transport.RejectReason;
import dev.sallyport.transport.TransportObserver;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Writes what a transport tells as JDK Flight Recorder events of the category Sallyport. No event has a secret or text that a peer
 * chose. Events cost nothing while no recording takes them; those of calls are off unless a recording enables them by name
 * ({@code sallyport.Call}, {@code sallyport.Request}), since there may be very many.
 */
public final class FlightRecorder implements TransportObserver {

    /** Shorter calls are seldom what somebody looks for, and would push the others out of a recording. */
    private static final Duration CALL_THRESHOLD = Duration.ofMillis(10);

    private final long thresholdNanos;

    private FlightRecorder(long thresholdNanos) {
        this.thresholdNanos = thresholdNanos;
    }

    /** Calls count from 10 ms on, or when they fail. */
    public static FlightRecorder create() {
        return create(CALL_THRESHOLD);
    }

    /** @param callThreshold calls count from this duration on, or when they fail */
    public static FlightRecorder create(Duration callThreshold) {
        return new FlightRecorder(callThreshold.toNanos());
    }

    @Override
    public void rejected(RejectReason reason, @Nullable PeerId peer, String cause) {
        Events.Rejected event = new Events.Rejected();
        if (event.shouldCommit()) {
            event.peer = peer == null ? "" : peer.toString();
            event.code = reason.name();
            event.cause = cause;
            event.commit();
        }
    }

    @Override
    public void sessionOpened(PeerId peer, Lane lane) {
        Events.SessionOpened event = new Events.SessionOpened();
        if (event.shouldCommit()) {
            event.peer = peer.toString();
            event.lane = lane.name();
            event.commit();
        }
    }

    @Override
    public void sessionClosed(PeerId peer, Lane lane, RejectReason reason) {
        Events.SessionClosed event = new Events.SessionClosed();
        if (event.shouldCommit()) {
            event.peer = peer.toString();
            event.lane = lane.name();
            event.code = reason.name();
            event.commit();
        }
    }

    @Override
    public void callEnded(PeerId peer, String method, Outcome outcome, long nanos) {
        record(new Events.Call(), peer, method, outcome, nanos);
    }

    @Override
    public void requestServed(PeerId peer, String method, Outcome outcome, long nanos) {
        record(new Events.Request(), peer, method, outcome, nanos);
    }

    private void record(Events.Exchange event, PeerId peer, String method, Outcome outcome, long nanos) {
        if (event.shouldCommit() && (nanos >= thresholdNanos || outcome != Outcome.OK)) {
            event.peer = peer.toString();
            event.method = method;
            event.outcome = outcome.name();
            event.took = nanos;
            event.commit();
        }
    }

    @Override
    public void writeStalled(PeerId peer, Lane lane, long nanos) {
        Events.WriteStalled event = new Events.WriteStalled();
        if (event.shouldCommit()) {
            event.peer = peer.toString();
            event.lane = lane.name();
            event.took = nanos;
            event.commit();
        }
    }
}
