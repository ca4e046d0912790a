package dev.sallyport.transport.dispatch;

import io.netty.buffer.ByteBuf;

/** Tells the peer that this side does not wait for a call any more. */
final class Cancellation implements Outgoing {

    private final long callId;
    private final String reason;

    Cancellation(long callId, String reason) {
        this.callId = callId;
        this.reason = reason;
    }

    @Override
    public boolean enter() {
        return true;
    }

    @Override
    public int prepare(long nowNanos) {
        return CallsWriter.cancelSize(callId, reason);
    }

    @Override
    public void write(ByteBuf out) {
        CallsWriter.writeCancel(out, callId, reason);
    }

    @Override
    public void unwritable(RuntimeException cause) {}

    @Override
    public void abandoned() {}
}
