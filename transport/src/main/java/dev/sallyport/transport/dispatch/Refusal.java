package dev.sallyport.transport.dispatch;

import dev.sallyport.transport.Outcome;
import io.netty.buffer.ByteBuf;

/** The answer to a request that this side gives instead of its handler. */
final class Refusal implements Outgoing {

    private static final byte[] NOTHING = {};

    private final long callId;
    private final Outcome outcome;
    private final boolean ran;
    private final String error;

    /** @param ran whether the request reached user code */
    Refusal(long callId, Outcome outcome, boolean ran, String error) {
        this.callId = callId;
        this.outcome = outcome;
        this.ran = ran;
        this.error = error;
    }

    @Override
    public boolean enter() {
        return true;
    }

    @Override
    public int prepare(long nowNanos) {
        return CallsWriter.failureSize(callId, outcome, ran, error, 0);
    }

    @Override
    public void write(ByteBuf out) {
        CallsWriter.writeFailure(out, callId, outcome, ran, error, NOTHING);
    }

    @Override
    public void unwritable(RuntimeException cause) {}

    @Override
    public void abandoned() {}
}
