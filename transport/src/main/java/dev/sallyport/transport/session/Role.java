package dev.sallyport.transport.session;

import dev.sallyport.transport.keys.Direction;

/** Which end of a session this side is. */
public enum Role {
    SUPERVISOR(Direction.S2W),
    WORKER(Direction.W2S);

    private final Direction outbound;

    Role(Direction outbound) {
        this.outbound = outbound;
    }

    /** The direction in which this side sends. */
    public Direction outbound() {
        return outbound;
    }

    public Role peer() {
        return this == SUPERVISOR ? WORKER : SUPERVISOR;
    }
}
