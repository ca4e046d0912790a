package dev.sallyport.transport.frame;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.proto.WireSpec;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** In which memory frames are collected that arrive in pieces. */
class FrameDecoderTest {

    private static final int LARGE = 64 * 1024;
    private static final int LARGEST = 1024 * 1024;

    private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(false, true);
    private final FrameDecoder decoder = new FrameDecoder(allocator, LARGEST);
    private final List<byte[]> memories = new ArrayList<>();
    private final List<Integer> lengths = new ArrayList<>();

    private boolean taken(ByteBuf buffer, int offset, int length, boolean moreWaits) {
        memories.add(buffer.array());
        lengths.add(length);
        assertThat(buffer.getByte(offset + length - 1)).as("its last byte").isEqualTo((byte) length);
        return true;
    }

    private static ByteBuf frame(int length) {
        ByteBuf frame = Unpooled.buffer(length, length).writerIndex(length);
        frame.setInt(0, length - WireSpec.LEN_BYTES);
        frame.setByte(WireSpec.OFFSET_VERSION, WireSpec.VERSION);
        return frame.setByte(length - 1, length);
    }

    /** In two pieces, the first of which has {@code first} bytes. */
    private void receive(int length, int first) throws ProtocolViolation {
        ByteBuf frame = frame(length);
        decoder.decode(frame.readSlice(first), this::taken);
        decoder.decode(frame, this::taken);
    }

    private long live() {
        return allocator.metric().usedHeapMemory();
    }

    @Test
    void largeFramesOfOneTurnAreCollectedInOneBuffer() throws Exception {
        receive(LARGE, 1000);
        receive(LARGE - 1, 30);
        receive(LARGE / 2, 100);
        receive(LARGE, 5);

        assertThat(lengths).containsExactly(LARGE, LARGE - 1, LARGE / 2, LARGE);
        assertThat(memories).allMatch(memory -> memory == memories.get(0));
        assertThat(live()).isEqualTo(LARGE);
        decoder.close();
    }

    @Test
    void nothingIsHeldBehindATurn() throws Exception {
        receive(LARGE, 1000);
        decoder.readComplete();

        assertThat(live()).isZero();
        decoder.close();
    }

    @Test
    void aFrameThatHasBegunOutlivesTheTurn() throws Exception {
        ByteBuf frame = frame(LARGE);
        decoder.decode(frame.readSlice(1000), this::taken);
        decoder.readComplete();
        decoder.decode(frame, this::taken);

        assertThat(lengths).containsExactly(LARGE);
        decoder.close();
    }

    /** A peer whose frames grow makes this side hold one of them at a time. */
    @Test
    void neverTwoFramesAreHeld() throws Exception {
        for (int length = LARGE; length <= LARGEST; length += LARGE) {
            for (int first : new int[] {2, 100, length - 1}) {
                ByteBuf frame = frame(length);
                decoder.decode(frame.readSlice(first), this::taken);
                assertThat(live()).isLessThanOrEqualTo(length);
                decoder.decode(frame, this::taken);
                assertThat(live()).isLessThanOrEqualTo(length);
            }
        }
        decoder.close();
        assertThat(live()).isZero();
    }

    @Test
    void aSmallFrameDoesNotHoldALargeBuffer() throws Exception {
        receive(LARGEST, 1000);
        ByteBuf begun = frame(500);
        decoder.decode(begun.readSlice(1), this::taken);
        decoder.readComplete();

        assertThat(live()).isLessThan(500);
        decoder.decode(begun, this::taken);
        assertThat(lengths).containsExactly(LARGEST, 500);
        decoder.close();
    }

    @Test
    void smallFramesKeepNothing() throws Exception {
        receive(500, 100);

        assertThat(live()).isZero();
        decoder.close();
    }

    @Test
    void closeGivesBackWhatWasKept() throws Exception {
        receive(LARGE, 1000);
        decoder.close();

        assertThat(live()).isZero();
    }

    @Test
    void aSinkThatTakesNoMoreLeavesNothing() throws Exception {
        ByteBuf frame = frame(LARGE);
        decoder.decode(frame.readSlice(1000), (buffer, offset, length, more) -> false);
        decoder.decode(frame, (buffer, offset, length, more) -> false);

        assertThat(live()).isZero();
    }
}
