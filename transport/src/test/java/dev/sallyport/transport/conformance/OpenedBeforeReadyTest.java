package dev.sallyport.transport.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.transport.Lane;
import dev.sallyport.transport.NoLeaks;
import dev.sallyport.transport.Patience;
import dev.sallyport.transport.PeerId;
import dev.sallyport.transport.PeerSpec;
import dev.sallyport.transport.Routes;
import dev.sallyport.transport.Transport;
import dev.sallyport.transport.TransportConfig;
import dev.sallyport.transport.TransportObserver;
import dev.sallyport.transport.TransportServer;
import dev.sallyport.transport.loopback.LoopbackTransport;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A peer that has READY may say so on its other lane, and be called before the event loop of this one goes on. */
@ExtendWith(NoLeaks.class)
class OpenedBeforeReadyTest {

    private final CompletableFuture<HostilePeer> connected = new CompletableFuture<>();

    /** How many bytes lay in the peer's socket when its session opened. */
    private final CompletableFuture<Integer> arrived = new CompletableFuture<>();

    private final class Looks implements TransportObserver {
        @Override
        public void sessionOpened(PeerId peer, Lane lane) {
            try {
                arrived.complete(connected.join().in.available());
            } catch (IOException e) {
                arrived.completeExceptionally(e);
            }
        }
    }

    @Test
    void aSessionIsOpenBeforeItsPeerIsTold() throws Exception {
        TransportConfig config = TransportConfig.builder().observer(new Looks()).build();
        try (Transport transport = LoopbackTransport.create(config)) {
            TransportServer server = transport.bind(Routes.none());
            Identity worker = Identity.of(server.issue(PeerSpec.of("group", "worker")));
            try (HostilePeer peer = HostilePeer.connect(worker)) {
                peer.send(peer.hello());
                peer.readChallenge();
                connected.complete(peer);
                peer.send(peer.finish());
                assertThat(arrived.get(Patience.LIMIT.toSeconds(), TimeUnit.SECONDS))
                        .as("bytes of READY")
                        .isZero();
                peer.readReady();
            }
        }
    }
}
