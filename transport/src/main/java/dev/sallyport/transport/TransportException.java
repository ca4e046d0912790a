package dev.sallyport.transport;

import org.jspecify.annotations.Nullable;

/** A failure of the transport: either one call failed, or a connection, a credential or a setting was refused. */
public abstract sealed class TransportException extends RuntimeException permits CallException, RejectedException {

    private static final long serialVersionUID = 1L;

    TransportException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
