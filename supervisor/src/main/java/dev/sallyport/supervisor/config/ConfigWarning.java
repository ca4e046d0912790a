package dev.sallyport.supervisor.config;

/**
 * Something that is accepted and should be known. Told once, when the configuration is loaded.
 *
 * @param code what it is about
 * @param path the dotted path of the key
 * @param line from 1
 * @param message what follows from it and what to do instead
 */
public record ConfigWarning(Code code, String path, int line, String message) {

    /** The kinds of warnings. */
    public enum Code {
        /** Static secrets live as long as their file. */
        W_STATIC_SECRET,
        /** A secret stands in the configuration file itself. */
        W_INLINE_SECRET,
        /** Keys are not new for each incarnation of a worker. */
        W_GROUP_ISOLATION,
        /** A setting that the chosen mode does not use. */
        W_NO_EFFECT
    }

    /** {@code LINE CODE path: message}. */
    @Override
    public String toString() {
        return line + " " + code + " " + path + ": " + message;
    }
}
