package dev.sallyport.transport;

import org.jspecify.annotations.Nullable;

/** A peer, a credential or a setting was refused, for the one {@link #reason()}. The message never holds a secret. */
public final class RejectedException extends TransportException {

    private static final long serialVersionUID = 1L;

    private final RejectReason reason;

    /** @param detail what was refused and what to do next, in words chosen by this side, never by a peer */
    public RejectedException(RejectReason reason, String detail) {
        this(reason, detail, null);
    }

    /** @param cause the failure underneath, free of secrets */
    public RejectedException(RejectReason reason, String detail, @Nullable Throwable cause) {
        super(reason + ": " + detail, cause);
        this.reason = reason;
    }

    /** Which check refused it. */
    public RejectReason reason() {
        return reason;
    }
}
