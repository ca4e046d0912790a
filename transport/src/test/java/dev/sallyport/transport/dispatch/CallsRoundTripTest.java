package dev.sallyport.transport.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import dev.sallyport.transport.Codec;
import dev.sallyport.transport.Outcome;
import dev.sallyport.transport.dispatch.CallMessage.Body;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What the writer puts, the reader takes; and what must not be written is refused before a byte is. */
class CallsRoundTripTest {

    private static final byte[] PAYLOAD = {1, 2, 3};

    private final ByteBuf out = Unpooled.buffer(0);

    @Test
    void severalMessagesTravelInOnePayload() throws Exception {
        Map<String, String> metadata = Map.of("trace", "ü");
        CallsWriter.writeRequest(
                out, 7, RequestHead.unary("scoring/score", 1500, metadata), Codec.bytes(), PAYLOAD, PAYLOAD.length);
        CallsWriter.writeReply(out, 8, Codec.bytes(), PAYLOAD, PAYLOAD.length);
        CallsWriter.writeFailure(out, 10, Outcome.APPLICATION_ERROR, true, "no such customer", PAYLOAD);
        CallsWriter.writeCancel(out, 9, "caller gave up");
        CallsWriter.writeItem(out, 11, Codec.bytes(), PAYLOAD, PAYLOAD.length, true);
        CallsWriter.writeCredit(out, 11, 16);

        CallsReader reader = CallsReader.ofSupervisor();
        reader.read(out, 0, out.writerIndex());

        assertThat(reader.count()).isEqualTo(6);
        CallMessage request = reader.message(0);
        assertThat(request.callId()).isEqualTo(7);
        assertThat(request.body()).isEqualTo(Body.REQUEST);
        assertThat(request.method()).isEqualTo("scoring/score");
        assertThat(request.timeoutMillis()).isEqualTo(1500);
        assertThat(request.oneWay()).isFalse();
        assertThat(request.metadata()).isEqualTo(metadata);
        assertThat(payload(request)).isEqualTo(PAYLOAD);
        CallMessage reply = reader.message(1);
        assertThat(reply.outcome()).isEqualTo(Outcome.OK);
        assertThat(reply.ran()).isTrue();
        assertThat(payload(reply)).isEqualTo(PAYLOAD);
        CallMessage failure = reader.message(2);
        assertThat(failure.outcome()).isEqualTo(Outcome.APPLICATION_ERROR);
        assertThat(failure.ran()).isTrue();
        assertThat(failure.error()).isEqualTo("no such customer");
        assertThat(failure.payloadLength()).isZero();
        assertThat(ByteBufUtil.getBytes(out, failure.detailsOffset(), failure.detailsLength()))
                .isEqualTo(PAYLOAD);
        assertThat(reader.message(3).reason()).isEqualTo("caller gave up");
        assertThat(reader.message(4).last()).isTrue();
        assertThat(payload(reader.message(4))).isEqualTo(PAYLOAD);
        assertThat(reader.message(5).creditItems()).isEqualTo(16);
    }

    @Test
    void anEmptyPayloadIsLegalAndHasNoMessages() throws Exception {
        CallsReader reader = CallsReader.ofWorker();
        reader.read(out, 0, 0);
        assertThat(reader.count()).isZero();
        assertThatThrownBy(() -> reader.message(0)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void aNameSeenBeforeIsTheSameString() throws Exception {
        CallsReader reader = CallsReader.ofSupervisor();
        RequestHead head = RequestHead.unary("scoring/score", 1, Map.of());
        CallsWriter.writeRequest(out, 1, head, Codec.bytes(), PAYLOAD, PAYLOAD.length);
        reader.read(out, 0, out.writerIndex());
        String first = reader.message(0).method();
        reader.read(out, 0, out.writerIndex());
        assertThat(reader.message(0).method()).isSameAs(first);
    }

    @Test
    void readingCallsWithoutMetadataAllocatesNothing() throws Exception {
        CallsReader reader = CallsReader.ofSupervisor();
        RequestHead head = RequestHead.unary("scoring/score", 1500, Map.of());
        for (int i = 0; i < 16; i++) {
            CallsWriter.writeRequest(out, 2 * i + 1, head, Codec.bytes(), PAYLOAD, PAYLOAD.length);
            CallsWriter.writeReply(out, 2 * i + 2, Codec.bytes(), PAYLOAD, PAYLOAD.length);
        }
        reader.read(out, 0, out.writerIndex());

        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        int frames = 2_000;
        long least = Long.MAX_VALUE;
        // the first round may pay for what the JDK does once
        for (int round = 0; round < 5; round++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < frames; i++) {
                reader.read(out, 0, out.writerIndex());
            }
            least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
        }
        assertThat(least).as("bytes for %d frames of 32 messages", frames).isLessThan(frames);
    }

    @Test
    void aCodecThatPutsFewerOrMoreBytesThanItSaidWritesNothing() {
        out.writeByte(42);
        for (int actual : List.of(2, 4)) {
            Codec<byte[]> lying = new Lying(actual);
            RequestHead head = RequestHead.unary("m", 1, Map.of());
            assertThatThrownBy(() -> CallsWriter.writeRequest(out, 1, head, lying, PAYLOAD, 3))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("announced 3 bytes");
            assertThatThrownBy(() -> CallsWriter.writeReply(out, 1, lying, PAYLOAD, 3))
                    .isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> CallsWriter.writeItem(out, 1, lying, PAYLOAD, 3, false))
                    .isInstanceOf(IllegalStateException.class);
            assertThat(out.writerIndex()).isEqualTo(1);
            assertThat(out.getByte(0)).isEqualTo((byte) 42);
        }
    }

    @Test
    void aCodecCannotReachBeyondItsWindow() {
        out.writeBytes(new byte[] {1, 1, 1, 1});
        Codec<byte[]> reaching = new Lying(0) {
            @Override
            public void write(byte[] value, ByteBuffer window) {
                window.clear();
                assertThat(window.remaining()).isEqualTo(3);
                window.put(value);
            }
        };
        CallsWriter.writeReply(out, 1, reaching, PAYLOAD, 3);
        assertThat(ByteBufUtil.getBytes(out, 0, 4)).containsOnly(1);
    }

    @Test
    void textsAreCutToWhatAPeerAccepts() throws Exception {
        String text = "x".repeat(255) + "üüü";
        CallsWriter.writeFailure(out, 1, Outcome.APPLICATION_ERROR, true, text, new byte[0]);
        CallsWriter.writeCancel(out, 1, "\uD83D\uDE00".repeat(1000));
        CallsReader reader = CallsReader.ofWorker();
        reader.read(out, 0, out.writerIndex());
        assertThat(reader.message(0).error()).isEqualTo("x".repeat(255));
        assertThat(reader.message(1).reason()).isEqualTo("\uD83D\uDE00".repeat(64));
    }

    @Test
    void aRequestThatAPeerWouldRefuseCannotBeMade() {
        Map<String, String> metadata = new HashMap<>();
        for (int i = 0; i < 65; i++) {
            metadata.put("key" + i, "");
        }
        assertThatIllegalArgumentException().isThrownBy(() -> RequestHead.unary("m", 1, metadata));
        assertThatIllegalArgumentException().isThrownBy(() -> RequestHead.unary("m", 0, Map.of()));
        assertThatIllegalArgumentException().isThrownBy(() -> RequestHead.unary("m", 1L << 32, Map.of()));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new RequestHead(PAYLOAD, 1, false, false, true, 1L << 32, Map.of()));
        assertThat(RequestHead.oneWay("m", Map.of()).oneWay()).isTrue();
    }

    private byte[] payload(CallMessage message) {
        return ByteBufUtil.getBytes(out, message.payloadOffset(), message.payloadLength());
    }

    /** Says that it puts all of its value, and puts another number of bytes. */
    private static class Lying implements Codec<byte[]> {
        private final int actual;

        Lying(int actual) {
            this.actual = actual;
        }

        @Override
        public int size(byte[] value) {
            return value.length;
        }

        @Override
        public void write(byte[] value, ByteBuffer window) {
            window.put(new byte[actual]);
        }

        @Override
        public byte[] read(ByteBuffer in) {
            throw new UnsupportedOperationException();
        }
    }
}
