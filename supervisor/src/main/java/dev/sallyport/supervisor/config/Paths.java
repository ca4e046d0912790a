package dev.sallyport.supervisor.config;

import static dev.sallyport.transport.RejectReason.E_CONFIG_FILE;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Resolves the relative paths of a file against the folder it lies in, so that a configuration means the same wherever the
 * program is started.
 *
 * @param base absolute
 */
record Paths(Path base) {

    @Nullable
    Path resolve(Value value) {
        String text = value.text();
        return text == null ? null : resolve(value, text);
    }

    /** A class-path entry, {@code folder/*} included; null, and an error, when it is not there. */
    @Nullable
    String classPathEntry(Value value) {
        String text = value.text();
        if (text == null) {
            return null;
        }
        boolean wildcard = text.endsWith("/*");
        Path path = resolve(value, wildcard ? text.substring(0, text.length() - 2) : text);
        if (path == null) {
            return null;
        }
        if (!Files.exists(path)) {
            value.error(E_CONFIG_FILE, "no such file; relative paths start at the folder of the configuration");
            return null;
        }
        return wildcard ? path + "/*" : path.toString();
    }

    /** A text with a '/' is a path; without, it is a name that is looked up elsewhere. */
    @Nullable
    String nameOrPath(Value value) {
        String text = value.anyText();
        if (text == null || text.indexOf('/') < 0) {
            return text;
        }
        Path path = resolve(value, text);
        return path == null ? null : path.toString();
    }

    private @Nullable Path resolve(Value value, String text) {
        if (!text.isBlank()) {
            try {
                return base.resolve(text).normalize();
            } catch (InvalidPathException e) {
                // told below: the exception repeats the text
            }
        }
        value.error(E_CONFIG_FILE, "not a path");
        return null;
    }
}
