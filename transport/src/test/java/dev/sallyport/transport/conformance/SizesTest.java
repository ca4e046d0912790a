package dev.sallyport.transport.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.proto.v1.Lane;
import dev.sallyport.transport.RejectReason;
import dev.sallyport.transport.RejectedException;
import dev.sallyport.transport.TransportConfig;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sizes at their limits, and what announced bytes may cost. S03 is in {@code AnswersTest}. */
class SizesTest extends CaseTest {

    private static final int MAX_PAYLOAD = 1 << 20;

    @ParameterizedTest
    @DisplayName("S01 a payload limit out of range")
    @ValueSource(ints = {4095, 0, -1, Integer.MAX_VALUE})
    void S01_limitOutOfRange(int bytes) {
        assertThatThrownBy(
                        () -> TransportConfig.builder().maxPayloadBytes(bytes).build())
                .isInstanceOfSatisfying(
                        RejectedException.class,
                        rejected -> assertThat(rejected.reason()).isEqualTo(RejectReason.E_CONFIG_LIMIT));
    }

    @Test
    @DisplayName("S01 the smallest payload limit works")
    void S01_smallestLimit() {
        assertThat(TransportConfig.builder().maxPayloadBytes(4096).build().maxPayloadBytes())
                .isEqualTo(4096);
    }

    @Test
    @DisplayName(
            "S02 connections that announce the most and stall: strangers cost next to nothing, sessions one frame each")
    void S02_announceAndStall() {
        Map<String, Integer> atFirst = target.observer.counts();
        long live = target.allocator.live();
        List<HostilePeer> peers = new ArrayList<>();
        for (int i = 0; i < 64; i++) {
            HostilePeer stranger = HostilePeer.connect(target.issue());
            stranger.send(new byte[] {0, 0, 2, 60, 1});
            peers.add(stranger);
        }
        target.bystanderIsWell();
        assertThat(target.allocator.live() - live).isLessThanOrEqualTo(64 * 4096L);
        peers.forEach(HostilePeer::close);
        peers.clear();

        target.allocator.resetPeak();
        Map<String, Integer> before = target.observer.counts();
        for (int i = 0; i < 16; i++) {
            HostilePeer worker = HostilePeer.open(target.issue(), Lane.LANE_DATA);
            WireFrame frame = worker.calls(new byte[MAX_PAYLOAD]);
            byte[] part = Arrays.copyOf(frame.bytes(), 200_000);
            worker.send(part);
            peers.add(worker);
        }
        Awaitility.await().until(() -> target.allocator.live() >= 16L * MAX_PAYLOAD);
        target.bystanderIsWell();
        assertThat(target.allocator.peak() - live).isLessThanOrEqualTo(16L * (MAX_PAYLOAD + 64 * 1024));
        peers.forEach(HostilePeer::reset);
        Awaitility.await()
                .untilAsserted(() -> assertThat(target.observer.since(before)).containsEntry("E_TRUNCATED", 16));
        // the strangers' ends are counted too, and must not be counted in the next case
        Awaitility.await()
                .until(() -> target.observer.since(atFirst).values().stream()
                                .mapToInt(Integer::intValue)
                                .sum()
                        == 64 + 16);
    }

    @ParameterizedTest
    @DisplayName("S04 bodies around the sizes in which bytes are received")
    @ValueSource(ints = {1, 511, 512, 513, 1023, 1024, 1025, 32_767, 32_768, 32_769, 65_535, 65_536, 65_537, 200_000})
    void S04_receiveBoundaries(int size) {
        try (HostilePeer peer = HostilePeer.open(target.issue(), Lane.LANE_DATA)) {
            byte[] body = HostilePeer.random(size).toByteArray();
            peer.send(peer.calls(Messages.request(2, "test/echo", body)).bytes());
            var answer = Messages.of(peer.readFrame().payload).getMessages(0).getResponse();
            assertThat(answer.getPayload().toByteArray()).isEqualTo(body);
            peer.leave();
        }
    }
}
