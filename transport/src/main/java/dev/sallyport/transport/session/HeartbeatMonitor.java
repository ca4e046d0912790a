package dev.sallyport.transport.session;

import dev.sallyport.proto.WireSpec;

/**
 * The supervisor's side of the heartbeats of one control lane (protocol.md, section 7). Time is an argument; called once an
 * interval. Confined to one thread.
 */
public final class HeartbeatMonitor {

    private long token;
    private long sentNanos;
    private int missed;

    /** Whether the peer has left so many heartbeats unanswered that it counts as gone. */
    public boolean isIdle() {
        return missed >= WireSpec.HEARTBEATS_MISSED_LIMIT;
    }

    /** The token of the heartbeat to send. */
    public long next(long nowNanos) {
        missed++;
        sentNanos = nowNanos;
        return ++token;
    }

    /**
     * Takes an answer.
     *
     * @return the round trip in nanoseconds, or -1 when it answers no outstanding heartbeat
     */
    public long answered(long answer, long nowNanos) {
        if (missed == 0 || answer > token || answer <= token - missed) {
            return -1;
        }
        boolean latest = answer == token;
        missed = latest ? 0 : (int) (token - answer);
        return latest ? nowNanos - sentNanos : -1;
    }
}
