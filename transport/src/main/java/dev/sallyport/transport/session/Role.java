package dev.sallyport.transport.session;

import dev.sallyport.transport.RejectReason;
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

    /**
     * Whether GOODBYE of this side may say it (protocol.md, section 6): a code of a session, and from a worker none of the verdicts that
     * only the supervisor can give.
     */
    public boolean maySay(RejectReason reason) {
        return switch (reason) {
            case E_SUPERSEDED, E_REVOKED, E_LIMIT -> this == SUPERVISOR;
            default -> reason.scope() == RejectReason.Scope.SESSION;
        };
    }

    public Role peer() {
        return this == SUPERVISOR ? WORKER : SUPERVISOR;
    }
}
