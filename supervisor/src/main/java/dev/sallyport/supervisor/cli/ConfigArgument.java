package dev.sallyport.supervisor.cli;

import dev.sallyport.supervisor.SupervisorException;
import dev.sallyport.supervisor.config.LoadedConfig;
import dev.sallyport.supervisor.config.RuntimeConfigLoader;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** {@code --config}, the same in every command. */
final class ConfigArgument {

    @Option(
            names = {"-c", "--config"},
            required = true,
            paramLabel = "FILE",
            description = "The configuration, YAML (docs/configuration.md).")
    private Path file = Path.of("");

    Path file() {
        return file;
    }

    /** @throws SupervisorException of category {@code CONFIGURATION}, with every mistake */
    LoadedConfig load() {
        return RuntimeConfigLoader.load(file);
    }
}
