package dev.sallyport.transport.loopback;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.util.UncheckedBooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What bytes of a channel are read into: small before anything is proved, grows with what an open session really receives. Where one turn
 * of the event loop takes more than one read of 32 KiB, the largest serves the others, since nothing of it is kept behind a read
 * (docs/adr/0120). Has no state of its own.
 */
final class ReceiveBuffers extends AdaptiveRecvByteBufAllocator {

    /**
     * Bytes of the largest. A session may hold 64 KiB beside one frame, of which this leaves an eighth for what it says meanwhile. Each read
     * costs more than its bytes, so that a frame of 64 KiB should not need three.
     */
    static final int LARGEST = 56 * 1024;

    private static final int SMALLEST = 512;
    private static final int FIRST = 1024;

    /** The size in the network library's own steps at which the largest is due. */
    private static final int GROWN = 32 * 1024;

    ReceiveBuffers() {
        super(SMALLEST, FIRST, GROWN);
    }

    @Override
    @SuppressWarnings("deprecation") // the library deprecates the type that its method returns
    public Handle newHandle() {
        return new Turn((ExtendedHandle) super.newHandle());
    }

    /** The buffers of one channel. Confined to its event loop. */
    private static final class Turn extends DelegatingHandle implements RecvByteBufAllocator.ExtendedHandle {

        private final ExtendedHandle sizes;
        private @Nullable ByteBuf largest;
        private boolean again;

        Turn(ExtendedHandle sizes) {
            super(sizes);
            this.sizes = sizes;
        }

        @Override
        public ByteBuf allocate(ByteBufAllocator allocator) {
            int size = guess();
            if (size < GROWN || !again) {
                again = true;
                return allocator.ioBuffer(size);
            }
            ByteBuf used = largest;
            if (used != null && used.refCnt() == 1) {
                return used.clear().retain();
            }
            letGo();
            ByteBuf fresh = allocator.ioBuffer(LARGEST, LARGEST);
            largest = fresh.retain();
            return fresh;
        }

        @Override
        public boolean continueReading(UncheckedBooleanSupplier maybeMore) {
            return sizes.continueReading(maybeMore);
        }

        /** Called behind the last read of a turn, also when it failed. */
        @Override
        public void readComplete() {
            letGo();
            again = false;
            sizes.readComplete();
        }

        private void letGo() {
            if (largest != null) {
                largest.release();
                largest = null;
            }
        }
    }
}
