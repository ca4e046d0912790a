package dev.sallyport.supervisor.process;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** Where this project keeps what belongs to one user of the machine. */
public final class UserFolders {

    private UserFolders() {}

    /**
     * {@code $XDG_CACHE_HOME/sallyport}, or else {@code ~/.cache/sallyport}.
     *
     * @param environment the process's own; a relative path in it counts as none
     * @param home what Java takes for the user's home, which for a user without one is no absolute path, or the root
     * @return empty when the user has no place for a cache
     */
    public static Optional<Path> cache(Map<String, String> environment, String home) {
        String configured = environment.getOrDefault("XDG_CACHE_HOME", "");
        if (configured.startsWith("/")) {
            return Optional.of(Path.of(configured, "sallyport"));
        }
        if (!home.startsWith("/") || home.equals("/")) {
            return Optional.empty();
        }
        return Optional.of(Path.of(home, ".cache", "sallyport"));
    }
}
