package dev.sallyport.transport.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.proto.v1.Lane;
import dev.sallyport.transport.PeerListener;
import dev.sallyport.transport.RejectReason;
import dev.sallyport.transport.loopback.ManualClock;
import java.time.Duration;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Who may open a session, from the server's side. H16 is {@code GoldenHandshakeTest}. */
class HandshakeTest extends CaseTest {

    @Test
    @DisplayName("H01 messages out of order")
    void H01_outOfOrder() {
        cases.run("H01");
    }

    @Test
    @DisplayName("H02 silence behind HELLO ends at the deadline")
    void H02_silenceBehindHello() {
        try (ServerUnderTest server = new ServerUnderTest(config -> {}, PeerListener.NONE, new ManualClock())) {
            Identity identity = server.issue();
            Map<String, Integer> before = server.observer.counts();
            try (HostilePeer peer = HostilePeer.connect(identity)) {
                peer.send(peer.hello());
                peer.readChallenge();
                server.step(Duration.ofMillis(1_999));
                server.bystanderIsWell();
                server.awaitCounted(before, Map.of());
                server.step(Duration.ofMillis(1));
                peer.expectSilentClose();
            }
            server.awaitCounted(before, Map.of("E_HS_TIMEOUT", 1));
        }
    }

    @Test
    @DisplayName("H03 progress does not extend the deadline")
    void H03_progressDoesNotExtend() {
        try (ServerUnderTest server = new ServerUnderTest(config -> {}, PeerListener.NONE, new ManualClock())) {
            Identity identity = server.issue();
            Map<String, Integer> before = server.observer.counts();
            long idle = server.allocator.live();
            int timers = server.timers();
            try (HostilePeer peer = HostilePeer.connect(identity)) {
                byte[] hello = peer.hello();
                // its time counts from the accept, which may hold a buffer for a moment
                Awaitility.await().until(() -> server.timers() > timers);
                for (int sent = 0; sent < 20; sent++) {
                    assertThat(server.observer.since(before))
                            .as("after %d ms", 100 * sent)
                            .isEmpty();
                    peer.send(new byte[] {hello[sent]});
                    // the first bytes are there when something is held for them
                    Awaitility.await().until(() -> server.allocator.live() > idle);
                    server.step(Duration.ofMillis(100));
                }
                peer.expectSilentClose();
            }
            server.awaitCounted(before, Map.of("E_HS_TIMEOUT", 1));
        }
    }

    @Test
    @DisplayName("H04 an unknown key_id")
    void H04_unknownKeyId() {
        cases.run("H04");
    }

    @Test
    @DisplayName("H05 HELLO names somebody else, or is not exactly HELLO")
    void H05_namesSomebodyElse() {
        cases.run("H05");
    }

    @Test
    @DisplayName("H08 FINISH of one connection on another")
    void H08_finishOfAnotherConnection() {
        Identity identity = target.issue();
        Map<String, Integer> before = target.observer.counts();
        try (HostilePeer first = HostilePeer.connect(identity);
                HostilePeer second = HostilePeer.connect(identity)) {
            first.send(first.hello());
            first.readChallenge();
            second.send(second.hello());
            second.readChallenge();
            second.send(first.finish());
            second.expectSilentClose();
            target.awaitCounted(before, Map.of("E_AUTH(mac)", 1));
        }
        // the end of the first is counted too, and must not be counted in the next case
        target.awaitCounted(before, Map.of("E_AUTH(mac)", 1, "E_TRUNCATED", 1));
    }

    @Test
    @DisplayName("H09 the supervisor's own CHALLENGE echoed back")
    void H09_challengeEchoed() {
        cases.run("H09");
    }

    @Test
    @DisplayName("H11 bytes that wait behind FINISH")
    void H11_bytesBehindFinish() {
        cases.run("H11");
    }

    @Test
    @DisplayName("H12 schema ranges that do not meet, and both are in the counter")
    void H12_schemaRanges() {
        cases.run("H12");
        assertThat(target.observer.cause(RejectReason.E_SCHEMA))
                .contains("0 to 0")
                .contains("1 to 1");
    }

    @Test
    @DisplayName("H14 a frame of suite 2 does not verify")
    void H14_suiteTwo() {
        Identity identity = target.issue();
        Map<String, Integer> before = target.observer.counts();
        try (HostilePeer peer = HostilePeer.connect(identity)) {
            WireFrame hello =
                    peer.helloFrame(identity.keyId(), peer.helloParams().build().toByteArray());
            hello.context = identity.th0(2);
            peer.send(hello.bytes());
            peer.expectSilentClose();
        }
        target.awaitCounted(before, Map.of("E_AUTH(mac)", 1));
    }

    @Test
    @DisplayName("E_HS_ORDER a TYPE that is not due is refused at its byte, before the frame is there")
    void E_HS_ORDER_judgedAtTheByteOfType() {
        try (ServerUnderTest server = new ServerUnderTest(config -> {}, PeerListener.NONE, new ManualClock())) {
            Map<String, Integer> before = server.observer.counts();
            try (HostilePeer peer = HostilePeer.connect(server.issue())) {
                peer.send(new byte[] {0, 0, 2, 60, 1, 16});
                peer.expectSilentClose();
            }
            server.awaitCounted(before, Map.of("E_HS_ORDER", 1));
        }
    }

    @Test
    @DisplayName("H15 of two handshakes with one key the later FINISH wins")
    void H15_laterFinishWins() {
        Identity identity = target.issue();
        Map<String, Integer> before = target.observer.counts();
        try (HostilePeer first = HostilePeer.connect(identity);
                HostilePeer second = HostilePeer.connect(identity)) {
            second.send(second.hello());
            second.readChallenge();
            first.send(first.hello());
            first.readChallenge();
            first.send(first.finish());
            first.readReady();
            second.send(second.finish());
            second.readReady();
            first.expectGoodbye(RejectReason.E_SUPERSEDED);
            second.send(second.calls(Messages.request(2, "test/echo", new byte[] {1}))
                    .bytes());
            assertThat(Messages.of(second.readFrame().payload).getMessagesCount())
                    .isEqualTo(1);
            second.sayGoodbye();
            second.readToEnd();
        }
        target.awaitCounted(before, Map.of("E_SUPERSEDED", 1));
    }

    @Test
    @DisplayName("H15 an older session ends only when FINISH has proved the newer one fresh")
    void H15_helloAloneSupersedesNobody() {
        Identity identity = target.issue();
        Map<String, Integer> before = target.observer.counts();
        try (HostilePeer first = HostilePeer.open(identity, Lane.LANE_DATA);
                HostilePeer second = HostilePeer.connect(identity)) {
            second.send(second.hello());
            second.readChallenge();
            first.send(first.calls(Messages.request(2, "test/echo", new byte[] {1}))
                    .bytes());
            assertThat(Messages.of(first.readFrame().payload).getMessagesCount())
                    .isEqualTo(1);
            first.sayGoodbye();
            first.readToEnd();
            second.endOutput();
            second.expectSilentClose();
        }
        target.awaitCounted(before, Map.of("E_TRUNCATED", 1));
    }
}
