package dev.sallyport.transport.conformance;

import io.netty.buffer.AbstractByteBufAllocator;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.concurrent.atomic.AtomicLong;

/** Knows how many bytes of buffers are alive, and how many were at most. */
public final class CountingAllocator extends AbstractByteBufAllocator {

    private final UnpooledByteBufAllocator unpooled = new UnpooledByteBufAllocator(true);
    private final AtomicLong peak = new AtomicLong();

    public CountingAllocator() {
        super(true);
    }

    @Override
    protected ByteBuf newHeapBuffer(int initialCapacity, int maxCapacity) {
        return counted(unpooled.heapBuffer(initialCapacity, maxCapacity));
    }

    @Override
    protected ByteBuf newDirectBuffer(int initialCapacity, int maxCapacity) {
        return counted(unpooled.directBuffer(initialCapacity, maxCapacity));
    }

    private ByteBuf counted(ByteBuf buffer) {
        peak.accumulateAndGet(live(), Math::max);
        return buffer;
    }

    @Override
    public boolean isDirectBufferPooled() {
        return false;
    }

    long live() {
        return unpooled.metric().usedDirectMemory() + unpooled.metric().usedHeapMemory();
    }

    /** The most since the last call of {@link #resetPeak}. */
    long peak() {
        return Math.max(peak.get(), live());
    }

    void resetPeak() {
        peak.set(live());
    }
}
