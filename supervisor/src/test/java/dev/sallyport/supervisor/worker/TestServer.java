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
public final class TestServer implements AutoCloseable {

    public final List<Lane> opened = new CopyOnWriteArrayList<>();
    public final List<RejectReason> closed = new CopyOnWriteArrayList<>();
    public final List<WorkerStatus> statuses = new CopyOnWriteArrayList<>();
    public final List<StopAck> acks = new CopyOnWriteArrayList<>();
    public final TransportServer server;

    private final Transport transport;

    /** Over loopback sockets. */
    TestServer(Routes routes) {
        this(LoopbackTransport.create(TransportConfig.defaults()), routes);
    }

    /** Over this transport, which it closes. */
    public TestServer(Transport transport, Routes routes) {
        this.transport = transport;
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

    /** Whether a worker has said that it is ready. */
    public boolean isReady() {
        return statuses.stream().anyMatch(status -> status.getPhase() == WorkerStatus.Phase.READY);
    }

    @Override
    public void close() {
        server.close();
        transport.close();
    }
}
