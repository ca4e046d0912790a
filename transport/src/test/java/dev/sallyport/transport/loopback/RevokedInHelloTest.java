package dev.sallyport.transport.loopback;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.transport.ControlLink;
import dev.sallyport.transport.Credential;
import dev.sallyport.transport.NoLeaks;
import dev.sallyport.transport.PeerId;
import dev.sallyport.transport.PeerListener;
import dev.sallyport.transport.PeerSpec;
import dev.sallyport.transport.RejectReason;
import dev.sallyport.transport.Routes;
import dev.sallyport.transport.Transport;
import dev.sallyport.transport.TransportConfig;
import dev.sallyport.transport.TransportObserver;
import dev.sallyport.transport.TransportServer;
import dev.sallyport.transport.auth.MacFactory;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Keys that are wiped while the server verifies with them. */
@ExtendWith(NoLeaks.class)
class RevokedInHelloTest {

    private final List<String> refused = new CopyOnWriteArrayList<>();
    private final AtomicReference<@Nullable Runnable> revocation = new AtomicReference<>();

    private TransportConfig config() {
        return TransportConfig.builder()
                .observer(new TransportObserver() {
                    @Override
                    public void rejected(RejectReason reason, @Nullable PeerId peer, String cause) {
                        refused.add(reason + "(" + cause + ")");
                    }
                })
                .build();
    }

    /** Before the server's next use of a key, the peer is revoked. */
    private MacFactory revoking() {
        return (key, label) -> {
            Runnable revoke = revocation.getAndSet(null);
            if (revoke != null) {
                revoke.run();
            }
            return MacFactory.HMAC_SHA256.create(key, label);
        };
    }

    @Test
    @DisplayName(
            "E_AUTH a peer that is revoked while its HELLO is verified is an unknown key, and no fault of this side")
    void E_AUTH_revokedInTheMiddleOfHello() {
        TransportConfig config = config();
        try (Transport transport = new Assembly(config, new SocketMedium(config), revoking(), Clocks.SYSTEM);
                Transport workers =
                        LoopbackTransport.create(TransportConfig.builder().build())) {
            TransportServer server = transport.bind(Routes.none(), PeerListener.NONE);
            PeerSpec spec = PeerSpec.of("group", "worker");
            Credential credential = server.issue(spec);
            revocation.set(() -> server.revoke(spec.id()));
            CompletableFuture<ControlLink> unused =
                    CompletableFuture.supplyAsync(() -> workers.attach(credential, ControlLink.Listener.NONE));
            Awaitility.await().until(() -> !refused.isEmpty());
            assertThat(refused).allMatch("E_AUTH(keyid)"::equals);
        }
    }
}
