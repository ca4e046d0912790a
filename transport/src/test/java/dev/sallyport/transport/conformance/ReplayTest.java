package dev.sallyport.transport.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.proto.v1.Lane;
import dev.sallyport.transport.PeerId;
import dev.sallyport.transport.PeerListener;
import dev.sallyport.transport.PeerSpec;
import dev.sallyport.transport.TransportConfig;
import dev.sallyport.transport.loopback.ManualClock;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Recorded bytes are worth nothing: on the same session, on another, and to another server. */
class ReplayTest extends CaseTest {

    private static byte[] staticSecret() {
        return "a static secret of the test, 40 bytes long".getBytes(StandardCharsets.US_ASCII);
    }

    @Test
    @DisplayName("R01 the last frame again")
    void R01_lastFrameAgain() {
        cases.run("R01");
    }

    @Test
    @DisplayName("R02 frame 0 again after 100")
    void R02_firstFrameAgain() {
        cases.run("R02");
    }

    @Test
    @DisplayName("R03 one SEQ skipped")
    void R03_skipped() {
        cases.run("R03");
    }

    @Test
    @DisplayName("R04 two frames swapped")
    void R04_swapped() {
        cases.run("R04");
    }

    @Test
    @DisplayName("R05 a recorded session on a new connection: nonce, and once ttl has passed, time")
    void R05_recordedSession() {
        try (ServerUnderTest server = new ServerUnderTest(config -> {}, PeerListener.NONE, new ManualClock())) {
            Identity identity = server.issue();
            byte[] hello;
            try (HostilePeer peer = HostilePeer.open(identity, Lane.LANE_DATA)) {
                hello = peer.lastHello;
                replayed(server, identity, hello, "E_AUTH(nonce)");
                peer.sayGoodbye();
                peer.readToEnd();
            }
            server.step(TransportConfig.defaults().ttl().plusSeconds(1));
            replayed(server, identity, hello, "E_AUTH(time)");
        }
    }

    private static void replayed(ServerUnderTest server, Identity identity, byte[] hello, String code) {
        Map<String, Integer> before = server.observer.counts();
        try (HostilePeer again = HostilePeer.connect(identity)) {
            again.send(hello);
            again.expectSilentClose();
        }
        server.awaitCounted(before, Map.of(code, 1));
    }

    @Test
    @DisplayName("R07 a frame of one session in another of the same worker")
    void R07_frameOfAnotherSession() {
        Identity identity = target.issue();
        byte[] frame;
        try (HostilePeer first = HostilePeer.open(identity, Lane.LANE_DATA)) {
            frame = first.calls(new byte[0]).bytes();
            first.nextSeq = 0;
            first.sayGoodbye();
            first.readToEnd();
        }
        Map<String, Integer> before = target.observer.counts();
        try (HostilePeer second = HostilePeer.open(identity, Lane.LANE_DATA)) {
            second.send(frame);
            second.expectSilentClose();
        }
        target.awaitCounted(before, Map.of("E_MAC", 1));
    }

    @Test
    @DisplayName("R08 keys of incarnation 1 after a restart as incarnation 2")
    void R08_earlierIncarnation() {
        Identity first = target.issue(new PeerSpec(new PeerId("restarted", "w", 1), Set.of()));
        target.server.revoke(ServerUnderTest.id(first));
        Identity second = target.issue(new PeerSpec(new PeerId("restarted", "w", 2), Set.of()));
        helloIsRefused(target, first, first, "E_AUTH(keyid)");
        HostilePeer.open(second, Lane.LANE_CONTROL).leave();
    }

    @Test
    @DisplayName("R08 the same where incarnations share a static secret")
    void R08_earlierIncarnationStatic() {
        try (ServerUnderTest server = new ServerUnderTest(ReplayTest::groupSecrets, PeerListener.NONE)) {
            server.guard(staticSecret());
            Identity first = server.issue(new PeerSpec(new PeerId("group", "w", 1), Set.of()));
            server.server.revoke(ServerUnderTest.id(first));
            Identity second = server.issue(new PeerSpec(new PeerId("group", "w", 2), Set.of()));
            assertThat(second.keyId()).isEqualTo(first.keyId());
            helloIsRefused(server, first, first, "E_AUTH(params)");
        }
    }

    private static void helloIsRefused(ServerUnderTest server, Identity speaker, Identity keys, String code) {
        Map<String, Integer> before = server.observer.counts();
        try (HostilePeer peer = HostilePeer.connect(keys)) {
            peer.send(
                    peer.helloFrame(speaker.keyId(), peer.helloParams().build().toByteArray())
                            .bytes());
            peer.expectSilentClose();
        }
        server.awaitCounted(before, Map.of(code, 1));
    }

    private static void groupSecrets(TransportConfig.Builder config) {
        config.staticGroupSecrets(
                Map.of(),
                Map.of(
                        "group",
                        ReplayTest::staticSecret,
                        "bystanders",
                        () -> "another static secret, also 40 bytes long".getBytes(StandardCharsets.US_ASCII)));
    }

    @Test
    @DisplayName("R09 a recording from before the server's restart, with a static secret: boot_id")
    void R09_beforeTheRestart() {
        byte[] recorded;
        int port;
        try (ServerUnderTest before = new ServerUnderTest(ReplayTest::groupSecrets, PeerListener.NONE)) {
            Identity identity = before.issue(PeerSpec.of("group", "w"));
            port = identity.bundle.getPort();
            try (HostilePeer peer = HostilePeer.open(identity, Lane.LANE_DATA)) {
                recorded = peer.lastHello;
                peer.sayGoodbye();
                peer.readToEnd();
            }
        }
        Consumer<TransportConfig.Builder> samePort = config -> {
            groupSecrets(config);
            config.bind("127.0.0.1", port);
        };
        try (ServerUnderTest after = new ServerUnderTest(samePort, PeerListener.NONE)) {
            Identity identity = after.issue(PeerSpec.of("group", "w"));
            replayed(after, identity, recorded, "E_AUTH(mac)");
        }
    }

    @Test
    @DisplayName("R10 the first frame of a session dropped")
    void R10_firstFrameDropped() {
        cases.run("R10");
    }

    @Test
    @DisplayName("R11 SEQ is unsigned")
    void R11_seqIsUnsigned() {
        cases.run("R11");
    }

    @Test
    @DisplayName("R12 with the smallest nonce cache two workers reconnect both lanes sixty times")
    void R12_smallestNonceCache() {
        Consumer<TransportConfig.Builder> smallest =
                config -> config.expectedPeers(4).nonceCacheSize(4 * 64);
        try (ServerUnderTest server = new ServerUnderTest(smallest, PeerListener.NONE)) {
            Identity[] workers = {server.issue(), server.issue()};
            Map<String, Integer> before = server.observer.counts();
            for (int round = 0; round < 60; round++) {
                for (Identity worker : workers) {
                    for (Lane lane : new Lane[] {Lane.LANE_CONTROL, Lane.LANE_DATA}) {
                        try (HostilePeer peer = HostilePeer.open(worker, lane)) {
                            peer.sayGoodbye();
                            peer.readToEnd();
                        }
                    }
                }
            }
            server.awaitCounted(before, Map.of());
        }
    }

    @Test
    @DisplayName("R13 valid HELLOs by one key end at its quota, and nobody else's")
    void R13_quota() {
        Consumer<TransportConfig.Builder> smallest =
                config -> config.expectedPeers(4).nonceCacheSize(4 * 64);
        try (ServerUnderTest server = new ServerUnderTest(smallest, PeerListener.NONE)) {
            Identity greedy = server.issue();
            Identity modest = server.issue();
            Map<String, Integer> before = server.observer.counts();
            for (int i = 0; i < 64; i++) {
                abandonedAfterChallenge(greedy);
            }
            server.awaitCounted(before, Map.of("E_TRUNCATED", 64));
            for (int i = 0; i < 10; i++) {
                try (HostilePeer peer = HostilePeer.connect(greedy)) {
                    peer.send(peer.hello());
                    peer.expectSilentClose();
                }
            }
            server.awaitCounted(before, Map.of("E_TRUNCATED", 64, "E_AUTH(quota)", 10));
            try (HostilePeer peer = HostilePeer.open(modest, Lane.LANE_DATA)) {
                peer.sayGoodbye();
                peer.readToEnd();
            }
            try (HostilePeer otherLane = HostilePeer.open(greedy, Lane.LANE_CONTROL)) {
                otherLane.sayGoodbye();
                otherLane.readToEnd();
            }
        }
    }

    private static void abandonedAfterChallenge(Identity identity) {
        try (HostilePeer peer = HostilePeer.connect(identity)) {
            peer.send(peer.hello());
            peer.readChallenge();
        }
    }
}
