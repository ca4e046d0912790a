package dev.sallyport.benchmarks.scale;

import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import java.lang.management.ManagementFactory;

/** What this JVM holds, in bytes. Direct memory is that of Netty's default allocator, which sessions use. */
record Memory(long heap, long direct) {

    private static final int COLLECTIONS = 4;

    /** What is left after several full collections. */
    static Memory settled() {
        for (int i = 0; i < COLLECTIONS; i++) {
            System.gc();
        }
        long heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
        long direct = ByteBufAllocator.DEFAULT instanceof ByteBufAllocatorMetricProvider provider
                ? provider.metric().usedDirectMemory()
                : 0;
        return new Memory(heap, direct);
    }

    double heapSince(Memory before) {
        return Math.max(0, heap - before.heap);
    }

    double directSince(Memory before) {
        return Math.max(0, direct - before.direct);
    }
}
