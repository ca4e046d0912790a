package dev.sallyport.transport.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.proto.v1.Lane;
import dev.sallyport.proto.v1.Message;
import dev.sallyport.proto.v1.Outcome;
import dev.sallyport.transport.NoLeaks;
import dev.sallyport.transport.PeerId;
import dev.sallyport.transport.PeerListener;
import dev.sallyport.transport.PeerSpec;
import dev.sallyport.transport.RejectReason;
import dev.sallyport.transport.loopback.ManualClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Many connections, and one that says too much. A server that awaits four peers holds 72 strangers. */
@ExtendWith(NoLeaks.class)
class FloodTest {

    private static final int STRANGERS = 64 + 2 * 4;

    private final List<HostilePeer> held = new ArrayList<>();
    private ServerUnderTest target;

    @BeforeEach
    void open() {
        target = new ServerUnderTest(
                config -> config.expectedPeers(4).maxSessions(6).maxConcurrentCalls(8),
                PeerListener.NONE,
                new ManualClock());
    }

    @AfterEach
    void close() {
        held.forEach(HostilePeer::close);
        target.close();
    }

    @Test
    @DisplayName("D01 connections without a byte: the pool keeps its bound, and a worker gets in")
    void D01_silentConnections() {
        Identity worker = target.issue();
        Map<String, Integer> before = target.observer.counts();
        for (int i = 0; i < 4 * STRANGERS; i++) {
            held.add(HostilePeer.connect(worker));
        }
        HostilePeer.open(worker, Lane.LANE_CONTROL).leave();
        target.awaitCounted(before, Map.of("E_POOL", 3 * STRANGERS + 1));
        target.step(Duration.ofSeconds(2));
        target.awaitCounted(before, Map.of("E_POOL", 3 * STRANGERS + 1, "E_HS_TIMEOUT", STRANGERS - 1));
    }

    @Test
    @DisplayName("D02 strangers that dribble: the oldest gives way, and a worker gets in")
    void D02_slowStrangers() {
        Identity worker = target.issue();
        Map<String, Integer> before = target.observer.counts();
        for (int i = 0; i < STRANGERS; i++) {
            HostilePeer stranger = HostilePeer.connect(worker);
            stranger.send(new byte[] {0, 0, 0, 126, 1, 1});
            held.add(stranger);
        }
        for (int round = 0; round < 5; round++) {
            held.forEach(stranger -> stranger.send(new byte[] {0}));
            HostilePeer.open(worker, Lane.LANE_DATA).leave();
        }
        target.awaitCounted(before, Map.of("E_POOL", 1));
        target.step(Duration.ofSeconds(2));
        target.awaitCounted(before, Map.of("E_POOL", 1, "E_HS_TIMEOUT", STRANGERS - 1));
    }

    @Test
    @DisplayName("D03 many bad HELLOs: one line a second at most in the log")
    void D03_badHellos() {
        Identity worker = target.issue();
        Map<String, Integer> before = target.observer.counts();
        for (int i = 0; i < 300; i++) {
            try (HostilePeer peer = HostilePeer.connect(worker)) {
                WireFrame bad = peer.helloFrame(
                        worker.keyId(), peer.helloParams().build().toByteArray());
                peer.send(bad.key(new byte[32]).bytes());
                peer.expectSilentClose();
            }
        }
        target.awaitCounted(before, Map.of("E_AUTH(mac)", 300));
        assertThat(target.outputs().lines("dev.sallyport.transport.refused")).isZero();
        target.step(Duration.ofSeconds(1));
        Awaitility.await()
                .untilAsserted(() -> assertThat(target.outputs().lines("dev.sallyport.transport.refused"))
                        .isEqualTo(1));
    }

    @Test
    @DisplayName("D04 connections that come and go: nothing is left, and a worker gets in")
    void D04_connectAndClose() {
        Identity worker = target.issue();
        Map<String, Integer> before = target.observer.counts();
        for (int i = 0; i < 500; i++) {
            HostilePeer.connect(worker).close();
        }
        target.awaitCounted(before, Map.of("E_HS_EOF", 500));
        HostilePeer.open(worker, Lane.LANE_DATA).leave();
    }

    @Test
    @DisplayName("D05 a client gone in the middle of its handshake, its end of the connection still held")
    void D05_halfOpen() {
        Identity worker = target.issue();
        Map<String, Integer> before = target.observer.counts();
        for (int i = 0; i < 8; i++) {
            HostilePeer peer = HostilePeer.connect(worker);
            peer.send(peer.hello());
            peer.readChallenge();
            held.add(peer);
        }
        target.step(Duration.ofMillis(1_999));
        target.awaitCounted(before, Map.of());
        target.step(Duration.ofMillis(1));
        target.awaitCounted(before, Map.of("E_HS_TIMEOUT", 8));
    }

    @Test
    @DisplayName(
            "D05 a worker that stops behind its HELLO on as many connections as fit: its oldest gives way, and another worker gets in")
    void D05_heldBehindHello() {
        Identity hostile = target.issue();
        Identity worker = target.issue();
        Map<String, Integer> before = target.observer.counts();
        for (int i = 0; i < STRANGERS; i++) {
            HostilePeer peer = HostilePeer.connect(hostile);
            peer.send(peer.hello());
            peer.readChallenge();
            held.add(peer);
        }
        HostilePeer.open(worker, Lane.LANE_CONTROL).leave();
        target.awaitCounted(before, Map.of("E_POOL", 1));
        held.remove(0).expectSilentClose();
    }

    @Test
    @DisplayName("D06 a worker that floods calls is shed, and nobody else")
    void D06_floodOfCalls() {
        Identity worker = target.issue();
        Map<String, Integer> before = target.observer.counts();
        try (HostilePeer peer = HostilePeer.open(worker, Lane.LANE_DATA)) {
            Message[] flood = new Message[200];
            for (int i = 0; i < flood.length; i++) {
                flood[i] = Messages.of(Messages.request(2 + 2L * i, ServerUnderTest.HOLD.name(), new byte[1]))
                        .getMessages(0);
            }
            peer.send(peer.calls(Messages.payload(flood)).bytes());
            int overloaded = 0;
            while (overloaded < flood.length - 8) {
                for (Message answer : Messages.of(peer.readFrame().payload).getMessagesList()) {
                    assertThat(answer.getResponse().getOutcome()).isEqualTo(Outcome.OVERLOADED);
                    assertThat(answer.getResponse().getRan()).isFalse();
                    overloaded++;
                }
            }
            target.bystanderIsWell();
            peer.leave();
        }
        target.awaitCounted(before, Map.of());
    }

    @Test
    @DisplayName("D07 more sessions than allowed: E_LIMIT behind FINISH, and the others stay")
    void D07_moreSessionsThanAllowed() {
        Map<String, Integer> before = target.observer.counts();
        for (int i = 0; i < 4; i++) {
            held.add(HostilePeer.open(target.issue(), Lane.LANE_DATA));
        }
        try (HostilePeer tooMany = HostilePeer.connect(target.issue())) {
            tooMany.send(tooMany.hello());
            tooMany.readChallenge();
            tooMany.send(tooMany.finish());
            tooMany.expectGoodbye(RejectReason.E_LIMIT);
        }
        target.awaitCounted(before, Map.of("E_LIMIT", 1));
        held.forEach(HostilePeer::leave);
    }

    @Test
    @DisplayName("D07 the administrator's sessions take none of the workers', and find room when those are all taken")
    void D07_theAdministratorIsNotCounted() {
        Identity admin = target.issue(new PeerSpec(PeerId.ADMIN, Set.of("test/echo")));
        held.add(HostilePeer.open(admin, Lane.LANE_CONTROL));
        held.add(HostilePeer.open(admin, Lane.LANE_DATA));
        for (int i = 0; i < 4; i++) {
            held.add(HostilePeer.open(target.issue(), Lane.LANE_DATA));
        }
        held.add(HostilePeer.open(admin, Lane.LANE_DATA));
        target.bystanderIsWell();
        held.forEach(HostilePeer::leave);
    }
}
