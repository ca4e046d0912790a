package dev.sallyport.transport.dispatch;

import dev.sallyport.transport.Outcome;
import io.netty.buffer.ByteBuf;

/** The answer to a request that never reached user code. */
final class Refusal implements Outgoing {

    private static final byte[] NOTHING = {};

    private final long callId;
    private final Outcome outcome;
    private final String error;

    Refusal(long callId, Outcome outcome, String error) {
        this.callId = callId;
        this.outcome = outcome;
        this.error = error;
    }

    @Override
    public boolean enter() {
        return true;
    }

    @Override
    public int prepare(long nowNanos) {
        return CallsWriter.failureSize(callId, outcome, false, error, 0);
    }

    @Override
    public void write(ByteBuf out) {
        CallsWriter.writeFailure(out, callId, outcome, false, error, NOTHING);
    }

    @Override
    public void unwritable() {}

    @Override
    public void abandoned() {}
}
