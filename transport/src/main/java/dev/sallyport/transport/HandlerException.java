package dev.sallyport.transport;

/**
 * What a handler throws to fail a call in a way that its caller may see: the message and the details cross the wire. Any
 * other exception reaches the caller as {@link Outcome#APPLICATION_ERROR} with no text of its own.
 */
public final class HandlerException extends Exception {

    private static final long serialVersionUID = 1L;

    private final transient byte[] details;

    /** @param message at most 256 bytes of UTF-8; the rest is cut */
    public HandlerException(String message) {
        this(message, new byte[0]);
    }

    /** @param details application-defined bytes; with the message they must fit one response */
    public HandlerException(String message, byte[] details) {
        super(message);
        this.details = details.clone();
    }

    /** A copy of the details. */
    public byte[] details() {
        return details == null ? new byte[0] : details.clone();
    }
}
