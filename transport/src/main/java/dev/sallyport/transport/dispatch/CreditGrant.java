package dev.sallyport.transport.dispatch;

import io.netty.buffer.ByteBuf;
import java.util.function.LongSupplier;

/** Tells the peer that it may send this many more items. */
final class CreditGrant implements Outgoing {

    private final LongSupplier callId;
    private final int items;

    /** As it was when the size was told: the call may end on another thread before the write. */
    private long preparedId;

    /** @param callId 0 when the call has ended */
    CreditGrant(LongSupplier callId, int items) {
        this.callId = callId;
        this.items = items;
    }

    @Override
    public boolean enter() {
        return true;
    }

    @Override
    public int prepare(long nowNanos) {
        preparedId = callId.getAsLong();
        return preparedId == 0 ? 0 : CallsWriter.creditSize(preparedId, items);
    }

    @Override
    public void write(ByteBuf out) {
        CallsWriter.writeCredit(out, preparedId, items);
    }

    @Override
    public void unwritable(RuntimeException cause) {}

    @Override
    public void abandoned() {}
}
