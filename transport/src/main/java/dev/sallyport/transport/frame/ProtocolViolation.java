package dev.sallyport.transport.frame;

import dev.sallyport.transport.RejectReason;

/**
 * Received bytes break the protocol, for the one {@link #reason()}. Every stage of the inbound path throws it, and the
 * session turns it into its close. It carries no stack trace: a hostile peer must not be able to buy one with a frame.
 */
public final class ProtocolViolation extends Exception {

    private static final long serialVersionUID = 1L;

    private final RejectReason reason;
    private final String detail;

    /** @param detail what is wrong, in words fixed by this side: never bytes of the frame, never a secret */
    public ProtocolViolation(RejectReason reason, String detail) {
        super(reason + ": " + detail, null, false, false);
        this.reason = reason;
        this.detail = detail;
    }

    public RejectReason reason() {
        return reason;
    }

    /** What is wrong, as given: the cause that a counter may show. */
    public String detail() {
        return detail;
    }
}
