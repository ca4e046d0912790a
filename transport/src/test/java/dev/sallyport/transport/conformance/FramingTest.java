package dev.sallyport.transport.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.proto.v1.Lane;
import dev.sallyport.proto.v1.Message;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** How bytes become frames, and what they may cost before they are one. */
class FramingTest extends CaseTest {

    private static final int MAX_PAYLOAD = 1 << 20;

    @Test
    @DisplayName("F01 LEN 0 is too short")
    void F01_lenZero() {
        cases.run("F01");
    }

    @Test
    @DisplayName("F02 LEN 59 is too short")
    void F02_lenBelowTheHeader() {
        cases.run("F02");
    }

    @Test
    @DisplayName("F03 LEN 60 is a frame without payload")
    void F03_emptyPayload() {
        cases.run("F03");
    }

    @Test
    @DisplayName("F04 a frame of exactly max_payload passes")
    void F04_largestFrame() {
        Identity identity = target.issue();
        Map<String, Integer> before = target.observer.counts();
        try (HostilePeer peer = HostilePeer.open(identity, Lane.LANE_DATA)) {
            int overhead = Messages.request(2, "test/echo", new byte[MAX_PAYLOAD]).length - MAX_PAYLOAD;
            byte[] exact = Messages.request(2, "test/echo", new byte[MAX_PAYLOAD - overhead]);
            assertThat(exact).hasSize(MAX_PAYLOAD);
            peer.send(peer.calls(exact).bytes());
            Message answer = Messages.of(peer.readFrame().payload).getMessages(0);
            assertThat(answer.getCallId()).isEqualTo(2);
            peer.sayGoodbye();
        }
        target.awaitCounted(before, Map.of());
    }

    @Test
    @DisplayName("F05 LEN above max_payload is refused by its four bytes")
    void F05_lenAboveTheLimit() {
        long live = target.allocator.live();
        target.allocator.resetPeak();
        cases.run("F05");
        assertThat(target.allocator.peak() - live).isLessThan(16 * 1024);
    }

    @Test
    @DisplayName("F06 LEN is unsigned")
    void F06_lenIsUnsigned() {
        cases.run("F06");
    }

    @Test
    @DisplayName("F07 the limit before a session is open is 572")
    void F07_limitBeforeTheSession() {
        cases.run("F07");
    }

    @Test
    @DisplayName("F08 three bytes and the end")
    void F08_threeBytes() {
        cases.run("F08");
    }

    @Test
    @DisplayName("F09 a frame byte by byte is delivered once")
    void F09_byteByByte() {
        int served = target.served.get();
        cases.run("F09");
        assertThat(target.served.get() - served).isEqualTo(1);
    }

    @Test
    @DisplayName("F10 a thousand frames in one write are delivered in order")
    void F10_manyFramesAtOnce() throws IOException {
        Identity identity = target.issue();
        Map<String, Integer> before = target.observer.counts();
        try (HostilePeer peer = HostilePeer.open(identity, Lane.LANE_DATA)) {
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            for (long id = 2; id <= 2000; id += 2) {
                all.write(peer.calls(Messages.request(id, "test/echo", new byte[] {1}))
                        .bytes());
            }
            peer.send(all.toByteArray());
            List<Long> ids = new ArrayList<>();
            while (ids.size() < 1000) {
                Messages.of(peer.readFrame().payload)
                        .getMessagesList()
                        .forEach(message -> ids.add(message.getCallId()));
            }
            assertThat(ids)
                    .containsExactlyElementsOf(LongStream.rangeClosed(1, 1000)
                            .map(i -> 2 * i)
                            .boxed()
                            .toList());
            peer.sayGoodbye();
        }
        target.awaitCounted(before, Map.of());
    }

    @Test
    @DisplayName("F11 VERSION is judged before the tag")
    void F11_version() {
        cases.run("F11");
    }

    @Test
    @DisplayName("F12 other protocols get no byte back")
    void F12_otherProtocols() {
        cases.run("F12");
    }

    @Test
    @DisplayName("F13 the end within a frame")
    void F13_endWithinAFrame() {
        cases.run("F13");
    }

    @Test
    @DisplayName("F14 empty writes and urgent bytes do no harm")
    void F14_urgentByte() throws IOException {
        Identity identity = target.issue();
        Map<String, Integer> before = target.observer.counts();
        try (HostilePeer peer = HostilePeer.open(identity, Lane.LANE_DATA)) {
            byte[] first =
                    peer.calls(Messages.request(2, "test/echo", new byte[] {1})).bytes();
            peer.send(new byte[0], first, new byte[0]);
            peer.socket.sendUrgentData(0x21);
            peer.send(
                    peer.calls(Messages.request(4, "test/echo", new byte[] {2})).bytes());
            int answers = 0;
            while (answers < 2) {
                answers += Messages.of(peer.readFrame().payload).getMessagesCount();
            }
            peer.sayGoodbye();
        }
        target.awaitCounted(before, Map.of());
    }

    @Test
    @DisplayName("E_TRAILING bytes behind GOODBYE")
    void E_TRAILING_bytesBehindGoodbye() {
        cases.run("E_TRAILING");
    }
}
