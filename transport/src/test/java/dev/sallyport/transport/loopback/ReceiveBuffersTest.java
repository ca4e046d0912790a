package dev.sallyport.transport.loopback;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.RecvByteBufAllocator.ExtendedHandle;
import io.netty.channel.embedded.EmbeddedChannel;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a channel reads into, as the network library asks for it. */
class ReceiveBuffersTest {

    private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(true, true);
    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final ExtendedHandle handle = (ExtendedHandle) new ReceiveBuffers().newHandle();

    @BeforeEach
    void begin() {
        handle.reset(channel.config());
    }

    @AfterEach
    void close() {
        assertThat(live()).isZero();
        channel.finishAndReleaseAll();
    }

    private long live() {
        return allocator.metric().usedDirectMemory();
    }

    /** A read that fills its buffer, which the caller releases. */
    private ByteBuf fullRead() {
        ByteBuf buffer = handle.allocate(allocator);
        assertThat(buffer.isReadable()).isFalse();
        handle.attemptedBytesRead(buffer.writableBytes());
        buffer.writerIndex(buffer.capacity());
        handle.lastBytesRead(buffer.readableBytes());
        handle.incMessagesRead(1);
        return buffer;
    }

    private void grow() {
        for (int i = 0; i < 20; i++) {
            fullRead().release();
        }
        handle.readComplete();
        handle.reset(channel.config());
    }

    /** Most turns of small messages have one read. */
    @Test
    void theFirstReadOfATurnIsNotTheLargest() {
        grow();
        ByteBuf first = fullRead();

        assertThat(first.capacity()).isEqualTo(32 * 1024);
        first.release();
        handle.readComplete();
    }

    @Test
    void theFirstIsSmall() {
        ByteBuf first = fullRead();

        assertThat(first.capacity()).isEqualTo(1024);
        first.release();
        handle.readComplete();
    }

    @Test
    void theLargestServesTheOtherReadsOfATurn() {
        grow();
        fullRead().release();
        ByteBuf first = fullRead();
        first.release();
        ByteBuf second = fullRead();

        assertThat(first.capacity()).isEqualTo(ReceiveBuffers.LARGEST);
        assertThat(second).isSameAs(first);
        assertThat(live()).isEqualTo(ReceiveBuffers.LARGEST);
        second.release();
        handle.readComplete();
    }

    @Test
    void whatSomebodyHoldsIsNotWrittenOver() {
        grow();
        fullRead().release();
        ByteBuf held = fullRead();
        ByteBuf next = fullRead();

        assertThat(next).isNotSameAs(held);
        next.release();
        handle.readComplete();
        assertThat(live()).isEqualTo(ReceiveBuffers.LARGEST);
        held.release();
    }

    @Test
    void nothingIsHeldBehindATurn() {
        grow();
        fullRead().release();
        fullRead().release();
        handle.readComplete();

        assertThat(live()).isZero();
    }
}
