package dev.sallyport.transport.dispatch;

import io.netty.buffer.ByteBuf;
import java.util.function.LongSupplier;

/** Tells the peer that it may send this many more items. */
final class CreditGrant implements Outgoing {

    private final LongSupplier callId;
    private final int items;

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
        long id = callId.getAsLong();
        return id == 0 ? 0 : CallsWriter.creditSize(id, items);
    }

    @Override
    public void write(ByteBuf out) {
        CallsWriter.writeCredit(out, callId.getAsLong(), items);
    }

    @Override
    public void unwritable() {}

    @Override
    public void abandoned() {}
}
