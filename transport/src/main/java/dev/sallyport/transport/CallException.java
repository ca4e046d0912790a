package dev.sallyport.transport;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A call that did not end with {@link Outcome#OK}. It carries no stack trace of its own: it is created where the outcome
 * arrives, which says nothing about the caller.
 */
public final class CallException extends TransportException {

    private static final long serialVersionUID = 1L;

    private final Outcome outcome;
    private final boolean ran;
    private final transient byte[] details;
    private final transient Map<String, String> metadata;

    /** A failure without details. */
    public CallException(Outcome outcome, boolean ran, String message) {
        this(outcome, ran, message, new byte[0], Map.of());
    }

    /**
     * @param ran whether the request may have reached user code
     * @param details application-defined bytes; not copied
     */
    public CallException(Outcome outcome, boolean ran, String message, byte[] details, Map<String, String> metadata) {
        super(outcome + ": " + message, null);
        this.outcome = outcome;
        this.ran = ran;
        this.details = details;
        this.metadata = Map.copyOf(metadata);
    }

    /** How the call ended; never {@link Outcome#OK}. */
    public Outcome outcome() {
        return outcome;
    }

    /** False: the request never reached user code, so a retry is safe. True: it did, or may have. */
    public boolean ran() {
        return ran;
    }

    /** What the handler attached ({@link HandlerException}), or nothing. */
    public byte[] details() {
        return details == null ? new byte[0] : details.clone();
    }

    /** What the peer attached to the response, or nothing. */
    public Map<String, String> metadata() {
        return metadata == null ? Map.of() : metadata;
    }

    @Override
    public @Nullable Throwable fillInStackTrace() {
        return this;
    }
}
