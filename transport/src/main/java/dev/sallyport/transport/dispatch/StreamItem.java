package dev.sallyport.transport.dispatch;

import dev.sallyport.transport.Codec;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * One item of a stream, or the end of one direction: an item that is the last and empty says that none follows and is not an
 * item itself (docs/protocol.md, streams).
 */
final class StreamItem<T> implements Outgoing {

    private static final byte[] NOTHING = {};

    private final Outflow outflow;
    private final Codec<T> codec;
    private final @Nullable T item;
    private final int size;

    /** As it was when the size was told: the call may end on another thread before the write. */
    private long preparedId;

    private StreamItem(Outflow outflow, Codec<T> codec, @Nullable T item, int size) {
        this.outflow = outflow;
        this.codec = codec;
        this.item = item;
        this.size = size;
    }

    /** @param outflow was acquired for the item, and is told when it is written */
    static <T> StreamItem<T> of(Outflow outflow, Codec<T> codec, T item, int size) {
        return new StreamItem<>(outflow, codec, item, size);
    }

    static StreamItem<byte[]> end(Outflow outflow) {
        return new StreamItem<>(outflow, Codec.bytes(), null, 0);
    }

    @Override
    public boolean enter() {
        return true;
    }

    @Override
    public int prepare(long nowNanos) {
        preparedId = outflow.callId();
        return preparedId == 0 ? 0 : CallsWriter.itemSize(preparedId, size, item == null);
    }

    @Override
    public void write(ByteBuf out) {
        if (item == null) {
            CallsWriter.writeItem(out, preparedId, Codec.bytes(), NOTHING, 0, true);
        } else {
            CallsWriter.writeItem(out, preparedId, codec, item, size, false);
            outflow.written();
        }
    }

    @Override
    public void unwritable(RuntimeException cause) {
        outflow.unwritable(cause);
    }

    @Override
    public void abandoned() {}
}
