package dev.sallyport.transport.frame;

import dev.sallyport.proto.WireSpec;
import dev.sallyport.transport.RejectReason;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a byte stream into frames (protocol.md, section 2). LEN is judged from its four bytes and VERSION from the fifth, in a
 * handshake TYPE from the sixth, before
 * anything is accumulated. A frame that arrives whole is handed on without a copy; one that does not is collected in one
 * buffer of its size, and the next large one in the same buffer where it fits (docs/adr/0120). Confined to one thread.
 */
public final class FrameDecoder implements AutoCloseable {

    /** From here on memory that was just used is worth keeping: the network library may have none ready of this size. */
    private static final int LARGE_BYTES = 16 * 1024;

    private final ByteBufAllocator allocator;
    private final @Nullable IntPredicate types;
    private final int judgedBytes;
    private int maxLen;
    private @Nullable ByteBuf partial;
    private int partialSize;

    /** Held the last large frame of this turn of reading, and waits for the next. */
    private @Nullable ByteBuf spare;

    private boolean closed;

    /**
     * For a session, where TYPE is judged behind the tag.
     *
     * @param maxLen the largest LEN to accept
     */
    public FrameDecoder(ByteBufAllocator allocator, int maxLen) {
        this(allocator, maxLen, null, WireSpec.OFFSET_VERSION + 1);
    }

    /**
     * For a handshake, where TYPE follows VERSION.
     *
     * @param maxLen the largest LEN to accept
     * @param types whether a TYPE is due; others are {@code E_HS_ORDER}, before anything is accumulated
     */
    public FrameDecoder(ByteBufAllocator allocator, int maxLen, IntPredicate types) {
        this(allocator, maxLen, types, WireSpec.OFFSET_TYPE + 1);
    }

    private FrameDecoder(ByteBufAllocator allocator, int maxLen, @Nullable IntPredicate types, int judgedBytes) {
        this.allocator = allocator;
        this.maxLen = maxLen;
        this.types = types;
        this.judgedBytes = judgedBytes;
    }

    /** Sets the largest LEN to accept from the next frame on. */
    public void limit(int newMaxLen) {
        this.maxLen = newMaxLen;
    }

    /** Whether a frame has begun and is not complete. */
    public boolean isMidFrame() {
        return partial != null;
    }

    /**
     * Takes all readable bytes of {@code in}, which stays the caller's, and hands on the frames in them.
     *
     * @throws ProtocolViolation {@code E_LEN_SHORT}, {@code E_LEN_LONG}, {@code E_VERSION}, or what the sink throws
     */
    public void decode(ByteBuf in, FrameSink sink) throws ProtocolViolation {
        while (in.isReadable() && !closed) {
            if (partial == null && takeWhole(in, sink)) {
                continue;
            }
            if (!closed) {
                accumulate(in, sink);
            }
        }
    }

    private boolean takeWhole(ByteBuf in, FrameSink sink) throws ProtocolViolation {
        int start = in.readerIndex();
        int readable = in.readableBytes();
        int size = judge(in, start, readable);
        if (size == 0 || readable < size) {
            return false;
        }
        in.skipBytes(size);
        closed |= !sink.frame(in, start, size, in.isReadable());
        return true;
    }

    /** The size of the frame at {@code start}, or 0 while too little of it is there to tell. */
    private int judge(ByteBuf in, int start, int readable) throws ProtocolViolation {
        if (readable < WireSpec.LEN_BYTES) {
            return 0;
        }
        long len = in.getUnsignedInt(start);
        if (len < WireSpec.LEN_MIN) {
            throw new ProtocolViolation(RejectReason.E_LEN_SHORT, "LEN below 60");
        }
        if (len > maxLen) {
            throw new ProtocolViolation(RejectReason.E_LEN_LONG, "LEN above " + maxLen);
        }
        if (readable <= WireSpec.OFFSET_VERSION) {
            return 0;
        }
        if (in.getByte(start + WireSpec.OFFSET_VERSION) != WireSpec.VERSION) {
            throw new ProtocolViolation(RejectReason.E_VERSION, "VERSION is not 1");
        }
        if (types != null) {
            if (readable <= WireSpec.OFFSET_TYPE) {
                return 0;
            }
            if (!types.test(in.getByte(start + WireSpec.OFFSET_TYPE))) {
                throw new ProtocolViolation(RejectReason.E_HS_ORDER, "not the message that is due");
            }
        }
        return WireSpec.LEN_BYTES + (int) len;
    }

    private void accumulate(ByteBuf in, FrameSink sink) throws ProtocolViolation {
        ByteBuf buffer = partial;
        if (buffer == null) {
            partialSize = judge(in, in.readerIndex(), in.readableBytes());
            buffer = reserve(Math.max(partialSize, judgedBytes));
            partial = buffer;
        }
        if (partialSize == 0) {
            in.readBytes(buffer, Math.min(in.readableBytes(), judgedBytes - buffer.readableBytes()));
            partialSize = judge(buffer, 0, buffer.readableBytes());
            if (partialSize == 0) {
                return;
            }
            if (buffer.capacity() < partialSize) {
                buffer.capacity(partialSize);
            }
        }
        in.readBytes(buffer, Math.min(in.readableBytes(), partialSize - buffer.readableBytes()));
        if (buffer.readableBytes() == partialSize) {
            partial = null;
            try {
                closed |= !sink.frame(buffer, 0, partialSize, in.isReadable());
            } finally {
                keep(buffer);
            }
        }
    }

    /** One buffer at a time: what is kept is used, or gone before a larger one is there. */
    private ByteBuf reserve(int size) {
        ByteBuf kept = spare;
        spare = null;
        if (kept != null) {
            // a frame may take its time, and holds at most twice its size meanwhile
            if (kept.capacity() >= size && kept.capacity() / 2 <= size) {
                return kept.clear();
            }
            kept.release();
        }
        return allocator.buffer(size);
    }

    private void keep(ByteBuf buffer) {
        if (closed || buffer.capacity() < LARGE_BYTES) {
            buffer.release();
        } else {
            spare = buffer;
        }
    }

    /** This turn of reading is over: nothing but a frame that has begun is held. */
    public void readComplete() {
        if (spare != null) {
            spare.release();
            spare = null;
        }
    }

    /** Gives back what was collected; further bytes are dropped. Idempotent. */
    @Override
    public void close() {
        closed = true;
        readComplete();
        if (partial != null) {
            partial.release();
            partial = null;
        }
    }
}
