package dev.sallyport.supervisor.config;

import dev.sallyport.supervisor.RuntimeConfig;
import java.util.List;

/**
 * A valid configuration, and what its reader should know about it.
 *
 * @param config normalised: defaults filled in, paths absolute
 * @param warnings in the order of the file
 */
public record LoadedConfig(RuntimeConfig config, List<ConfigWarning> warnings) {
    public LoadedConfig {
        warnings = List.copyOf(warnings);
    }
}
