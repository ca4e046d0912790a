package dev.sallyport.transport.loopback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.transport.Connection;
import dev.sallyport.transport.ControlLink;
import dev.sallyport.transport.Credential;
import dev.sallyport.transport.Deadline;
import dev.sallyport.transport.Lane;
import dev.sallyport.transport.MethodDescriptor;
import dev.sallyport.transport.Patience;
import dev.sallyport.transport.PeerId;
import dev.sallyport.transport.PeerListener;
import dev.sallyport.transport.PeerSpec;
import dev.sallyport.transport.Routes;
import dev.sallyport.transport.Transport;
import dev.sallyport.transport.TransportConfig;
import dev.sallyport.transport.TransportObserver;
import dev.sallyport.transport.TransportServer;
import dev.sallyport.transport.auth.FrameMac;
import dev.sallyport.transport.auth.HmacSha256;
import dev.sallyport.transport.auth.Label;
import dev.sallyport.transport.keys.Secret;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a key leaves in the digests of a session is overwritten behind its last frame, and never used afterwards. */
class WipedKeysTest {

    private static final MethodDescriptor<byte[], byte[]> ECHO = MethodDescriptor.ofBytes("test/echo");

    /** For each lane: HELLO, CHALLENGE and FINISH at both ends, less one verifier that the server keeps from HELLO to FINISH; and two directions at both ends. */
    private static final int MACS_OF_A_CONNECTION = 2 * (5 + 4);

    private final List<Watched> made = new CopyOnWriteArrayList<>();
    private final AtomicInteger late = new AtomicInteger();

    /** A real one that tells whether it was wiped, and whether it was asked for a tag afterwards. */
    private final class Watched implements FrameMac {

        private final FrameMac mac;
        private volatile boolean wiped;

        Watched(Secret key, Label label) {
            mac = new HmacSha256(key, label);
        }

        @Override
        public void tag(byte[] context, ByteBuf bytes, int offset, int length, byte[] out) {
            if (wiped) {
                late.incrementAndGet();
            }
            mac.tag(context, bytes, offset, length, out);
        }

        @Override
        public void wipe() {
            wiped = true;
            mac.wipe();
        }
    }

    @Test
    void keysAreWipedBehindTheLastFrame_howeverASessionEnds() {
        TransportConfig config = TransportConfig.defaults();
        Transport transport = new Assembly(config, new SocketMedium(config), this::watched, Clocks.SYSTEM);
        try (transport) {
            TransportServer server = transport.bind(Routes.none(), PeerListener.NONE);
            connected(transport, server, "goodbye").close();
            allWiped(MACS_OF_A_CONNECTION);

            Connection revoked = connected(transport, server, "revoked");
            server.revoke(revoked.peer());
            allWiped(2 * MACS_OF_A_CONNECTION);

            Credential stale = server.issue(PeerSpec.of("group", "stale"));
            server.revoke(PeerSpec.of("group", "stale").id());
            CompletableFuture<ControlLink> unused =
                    CompletableFuture.supplyAsync(() -> transport.attach(stale, ControlLink.Listener.NONE));
            // one for HELLO at each end
            allWiped(2 * MACS_OF_A_CONNECTION + 2);
            connected(transport, server, "closed");
        }
        allWiped(3 * MACS_OF_A_CONNECTION + 2);
        assertThat(late).hasValue(0);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void keysOfASessionWhoseChannelIsGoneBeforeItOpensAreWiped(boolean beforeItJoinsItsLoop) {
        AtomicInteger opened = new AtomicInteger();
        TransportConfig config = TransportConfig.builder()
                .eventLoops(1)
                .observer(new TransportObserver() {
                    @Override
                    public void sessionOpened(PeerId peer, Lane lane) {
                        opened.addAndGet(lane == Lane.DATA ? 1 : 0);
                    }
                })
                .build();
        ManualClock clock = new ManualClock();
        CountedLoopback medium = new CountedLoopback(config, ByteBufAllocator.DEFAULT, clock);
        CountedLoopback ofWorkers = new CountedLoopback(TransportConfig.defaults(), ByteBufAllocator.DEFAULT, clock);
        try (Transport transport = new Assembly(config, medium, this::watched, clock.clocks());
                Transport workers = ofWorkers.transport(TransportConfig.defaults())) {
            Credential credential = transport.bind(Routes.none()).issue(PeerSpec.of("group", "worker"));
            ControlLink link = workers.attach(credential, ControlLink.Listener.NONE);
            CompletableFuture<Connection> connecting = new CompletableFuture<>();
            List<Watched> kept = keptByASessionThatWaits(
                    medium, beforeItJoinsItsLoop, () -> connecting.completeAsync(() -> link.openData(Routes.none())));

            Awaitility.await()
                    .untilAsserted(() -> assertThat(kept)
                            .allSatisfy(mac -> assertThat(mac.wiped).isTrue()));
            // the worker comes again, in its own time, and finds the server as it was
            Awaitility.await().until(() -> {
                ofWorkers.step(Duration.ofMillis(100));
                return connecting.isDone();
            });
            connecting.join().close();
            assertThat(opened).as("data sessions").hasValue(1);
        }
        assertThat(made).allSatisfy(mac -> assertThat(mac.wiped).isTrue());
        assertThat(late).hasValue(0);
    }

    /** The two of the session, whose event loop the test holds and tells to close its channel before it opens. */
    private List<Watched> keptByASessionThatWaits(
            CountedLoopback medium, boolean beforeItJoinsItsLoop, Runnable connecting) {
        CompletableFuture<Void> released = new CompletableFuture<>();
        List<Watched> ofOthers = List.copyOf(made);
        medium.holdData(0, released);
        try {
            if (beforeItJoinsItsLoop) {
                medium.closeJoiningData(0);
            }
            int waiting = medium.waitingForData(0);
            connecting.run();
            Awaitility.await().until(() -> medium.waitingForData(0) > waiting);
            if (!beforeItJoinsItsLoop) {
                medium.closeJoiningData(0);
            }
            List<Watched> kept = made.stream()
                    .filter(mac -> !mac.wiped && !ofOthers.contains(mac))
                    .toList();
            assertThat(kept).as("one for each direction").hasSize(2);
            return kept;
        } finally {
            released.complete(null);
        }
    }

    private Connection connected(Transport transport, TransportServer server, String name) {
        PeerSpec spec = PeerSpec.of("group", name);
        Routes routes = Routes.builder().on(ECHO, (call, request) -> request).build();
        Connection worker = transport.connect(server.issue(spec), routes);
        Connection peer = server.connection(spec.id());
        Awaitility.await().until(peer::isOpen);
        assertThat(peer.call(ECHO, new byte[] {1}, Deadline.after(Patience.LIMIT))
                        .join())
                .containsExactly(1);
        return worker;
    }

    private FrameMac watched(Secret key, Label label) {
        Watched mac = new Watched(key, label);
        made.add(mac);
        return mac;
    }

    private void allWiped(int atLeast) {
        Awaitility.await().untilAsserted(() -> {
            assertThat(made).hasSizeGreaterThanOrEqualTo(atLeast);
            assertThat(made).allSatisfy(mac -> assertThat(mac.wiped).isTrue());
        });
    }

    @Test
    void aWipedKeyMakesNoTag() {
        try (Secret key = Secret.random(new SecureRandom(), 32)) {
            HmacSha256 mac = new HmacSha256(key, Label.FRAME);
            ByteBuf frame = Unpooled.wrappedBuffer(new byte[64]);
            mac.tag(new byte[0], frame, 0, 64, new byte[32]);
            mac.wipe();
            mac.wipe();
            assertThatThrownBy(() -> mac.tag(new byte[0], frame, 0, 64, new byte[32]))
                    .isInstanceOf(IllegalStateException.class);
        }
    }
}
