package dev.sallyport.supervisor.worker;

import dev.sallyport.proto.v1.StopAck;
import dev.sallyport.proto.v1.WorkerStatus;
import dev.sallyport.transport.Lane;
import dev.sallyport.transport.PeerId;
import dev.sallyport.transport.PeerListener;
import dev.sallyport.transport.RejectReason;
import dev.sallyport.transport.Routes;
import dev.sallyport.transport.Transport;
import dev.sallyport.transport.TransportConfig;
import dev.sallyport.transport.TransportServer;
import dev.sallyport.transport.loopback.LoopbackTransport;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** The supervisor's end of the real transport, which keeps what workers say. */
final class TestServer implements AutoCloseable {

    final List<Lane> opened = new CopyOnWriteArrayList<>();
    final List<RejectReason> closed = new CopyOnWriteArrayList<>();
    final List<WorkerStatus> statuses = new CopyOnWriteArrayList<>();
    final List<StopAck> acks = new CopyOnWriteArrayList<>();
    final TransportServer server;

    private final Transport transport = LoopbackTransport.create(TransportConfig.defaults());

    TestServer(Routes routes) {
        server = transport.bind(routes, new PeerListener() {
            @Override
            public void laneOpened(PeerId peer, Lane lane) {
                opened.add(lane);
            }

            @Override
            public void laneClosed(PeerId peer, Lane lane, RejectReason reason) {
                closed.add(reason);
            }

            @Override
            public void statusReported(PeerId peer, WorkerStatus status) {
                statuses.add(status);
            }

            @Override
            public void stopAcknowledged(PeerId peer, StopAck ack) {
                acks.add(ack);
            }
        });
    }

    boolean isReady() {
        return statuses.stream().anyMatch(status -> status.getPhase() == WorkerStatus.Phase.READY);
    }

    @Override
    public void close() {
        server.close();
        transport.close();
    }
}
