package dev.sallyport.supervisor.worker;

import org.jspecify.annotations.Nullable;

/** A container could not be built. The message is one line, fit to be reported to the supervisor. */
final class ContainerException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    ContainerException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
