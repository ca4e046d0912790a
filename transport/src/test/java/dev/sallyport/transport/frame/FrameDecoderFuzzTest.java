package dev.sallyport.transport.frame;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.sallyport.proto.WireSpec;
import dev.sallyport.transport.GoldenFrames;
import dev.sallyport.transport.RejectReason;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.provider.MethodSource;

/** Any bytes, in pieces of any size, against sections 2 and 10 of the protocol written down once more. */
class FrameDecoderFuzzTest {

    /** What a stream is cut into: the frames, and how it ends. */
    private record Cut(List<byte[]> frames, @Nullable RejectReason verdict, boolean midFrame) {}

    static Stream<byte[]> seeds() {
        return Stream.concat(
                GoldenFrames.sessions()
                        .flatMap(stream ->
                                Stream.of(GoldenFrames.behind(stream, 0, 0), GoldenFrames.behind(stream, 6, 1))),
                GoldenFrames.negatives().map(frame -> GoldenFrames.behind(frame, 0, 0)));
    }

    /** @param data the size of a piece (0: all at once), which limit holds, then the stream */
    @MethodSource("seeds")
    @FuzzTest
    void anyBytesInAnyPieces(byte[] data) {
        if (data.length < 2) {
            return;
        }
        byte[] stream = Arrays.copyOfRange(data, 2, data.length);
        int piece = data[0] == 0 ? Math.max(1, stream.length) : data[0] & 0xFF;
        int maxLen = (data[1] & 1) == 0 ? WireSpec.LEN_MAX_HANDSHAKE : WireSpec.LEN_MAX_CONTROL;

        Cut cut = decoded(stream, piece, maxLen);
        Cut expected = expected(stream, maxLen);

        assertThat(cut.verdict()).isEqualTo(expected.verdict());
        assertThat(cut.midFrame()).isEqualTo(expected.midFrame());
        assertThat(cut.frames()).usingRecursiveComparison().isEqualTo(expected.frames());
    }

    private static Cut decoded(byte[] stream, int piece, int maxLen) {
        UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(false, true);
        List<byte[]> frames = new ArrayList<>();
        RejectReason verdict = null;
        boolean midFrame = false;
        try (FrameDecoder decoder = new FrameDecoder(allocator, maxLen)) {
            for (int at = 0; at < stream.length && verdict == null; at += piece) {
                ByteBuf in = Unpooled.wrappedBuffer(stream, at, Math.min(piece, stream.length - at));
                try {
                    decoder.decode(in, (buffer, offset, length, more) -> {
                        byte[] frame = new byte[length];
                        buffer.getBytes(offset, frame);
                        return frames.add(frame);
                    });
                    midFrame = decoder.isMidFrame();
                } catch (ProtocolViolation violation) {
                    verdict = violation.reason();
                }
                assertThat(allocator.metric().usedHeapMemory()).isLessThanOrEqualTo(WireSpec.LEN_BYTES + maxLen);
            }
        }
        assertThat(allocator.metric().usedHeapMemory()).isZero();
        return new Cut(frames, verdict, verdict == null && midFrame);
    }

    private static Cut expected(byte[] stream, int maxLen) {
        List<byte[]> frames = new ArrayList<>();
        int at = 0;
        while (stream.length - at >= 4) {
            long len = Unpooled.wrappedBuffer(stream).getUnsignedInt(at);
            if (len < 60 || len > maxLen) {
                return new Cut(frames, len < 60 ? RejectReason.E_LEN_SHORT : RejectReason.E_LEN_LONG, false);
            }
            if (stream.length - at > 4 && stream[at + 4] != 1) {
                return new Cut(frames, RejectReason.E_VERSION, false);
            }
            int end = at + 4 + (int) len;
            if (end > stream.length) {
                break;
            }
            frames.add(Arrays.copyOfRange(stream, at, end));
            at = end;
        }
        return new Cut(frames, null, at < stream.length);
    }
}
