package dev.sallyport.transport.loopback;

import io.netty.buffer.AbstractByteBufAllocator;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.concurrent.atomic.AtomicInteger;

/** Has no memory for the n-th buffer it is asked for, nor for those that follow if told so. */
final class FailingAllocator extends AbstractByteBufAllocator {

    private static final int NEVER = Integer.MAX_VALUE;

    private final UnpooledByteBufAllocator unpooled = new UnpooledByteBufAllocator(true);
    private final AtomicInteger left = new AtomicInteger(NEVER);
    private volatile int run = 1;

    FailingAllocator() {
        super(true);
    }

    /** Fails {@code run} buffers from the {@code nth} on, counted from 0. */
    void failAt(int nth, int length) {
        run = length;
        left.set(nth);
    }

    /** Fails no more. Whether any failed since {@link #failAt}. */
    boolean disarm() {
        return left.getAndSet(NEVER) < 0;
    }

    private void count() {
        if (left.get() == NEVER) {
            return;
        }
        int before = left.getAndDecrement();
        if (before <= 0 && before > -run) {
            throw new OutOfMemoryError("injected");
        }
    }

    @Override
    protected ByteBuf newHeapBuffer(int initialCapacity, int maxCapacity) {
        count();
        return unpooled.heapBuffer(initialCapacity, maxCapacity);
    }

    @Override
    protected ByteBuf newDirectBuffer(int initialCapacity, int maxCapacity) {
        count();
        return unpooled.directBuffer(initialCapacity, maxCapacity);
    }

    @Override
    public boolean isDirectBufferPooled() {
        return false;
    }

    long live() {
        return unpooled.metric().usedDirectMemory() + unpooled.metric().usedHeapMemory();
    }
}
