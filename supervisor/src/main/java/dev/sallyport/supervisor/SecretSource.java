package dev.sallyport.supervisor;

import java.nio.file.Path;

/** Where a static secret is taken from when the supervisor starts. It never shows the secret itself. */
public sealed interface SecretSource {

    /**
     * A file of its owner's, mode 0600 or stricter, read at each start.
     *
     * @param path absolute
     */
    record File(Path path) implements SecretSource {}
}
