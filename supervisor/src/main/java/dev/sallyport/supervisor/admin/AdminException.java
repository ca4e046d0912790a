package dev.sallyport.supervisor.admin;

import org.jspecify.annotations.Nullable;

/** Why a command did not reach a supervisor, or what that answered instead. The message says what to do. */
public final class AdminException extends Exception {

    private static final long serialVersionUID = 1L;

    /** The stable kinds, each with its exit code in {@code docs/operations.md}. */
    public enum Kind {
        /** None runs, or none that was meant. */
        NO_SUPERVISOR,
        /** More than one runs. */
        AMBIGUOUS,
        /** The run directory or a file in it is not what only this user could have put there. */
        UNSAFE,
        /** It did not answer, or did not prove itself. */
        UNREACHABLE,
        /** It answered, and does not do it. */
        REFUSED
    }

    private final Kind kind;

    public AdminException(Kind kind, String message) {
        this(kind, message, null);
    }

    AdminException(Kind kind, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }
}
