package dev.sallyport.supervisor.local;

import dev.sallyport.proto.v1.StopAck;
import dev.sallyport.proto.v1.WorkerStatus;
import dev.sallyport.supervisor.lifecycle.WorkerEvent;
import dev.sallyport.transport.Lane;
import dev.sallyport.transport.PeerId;
import dev.sallyport.transport.PeerListener;
import dev.sallyport.transport.RejectReason;
import java.util.function.BiConsumer;

/** Hands what the transport hears of workers to the supervisor's thread. */
record Peers(BiConsumer<PeerId, WorkerEvent> events) implements PeerListener {

    @Override
    public void laneOpened(PeerId peer, Lane lane) {
        events.accept(peer, new WorkerEvent.LaneOpened(lane));
    }

    @Override
    public void laneClosed(PeerId peer, Lane lane, RejectReason reason) {
        events.accept(peer, new WorkerEvent.LaneClosed(lane, reason));
    }

    @Override
    public void statusReported(PeerId peer, WorkerStatus status) {
        events.accept(peer, new WorkerEvent.Reported(status));
    }

    @Override
    public void stopAcknowledged(PeerId peer, StopAck ack) {
        events.accept(peer, new WorkerEvent.Acknowledged(ack));
    }

    @Override
    public void heartbeatAnswered(PeerId peer, long roundTripNanos) {
        events.accept(peer, new WorkerEvent.HeartbeatAnswered());
    }
}
