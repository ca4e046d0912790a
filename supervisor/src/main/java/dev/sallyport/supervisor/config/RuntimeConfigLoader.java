package dev.sallyport.supervisor.config;

import dev.sallyport.supervisor.RuntimeConfig;
import dev.sallyport.supervisor.SupervisorException;
import dev.sallyport.supervisor.SupervisorException.Category;
import dev.sallyport.transport.RejectReason;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Loads a configuration from YAML ({@code docs/configuration.md}). */
public final class RuntimeConfigLoader {

    /** Far above any real configuration; a file that is larger is something else. */
    private static final int FILE_MAX = 1 << 20;

    private RuntimeConfigLoader() {}

    /**
     * Reads a file of at most 1 MiB of UTF-8. Relative paths in it start at the folder it lies in.
     *
     * @throws SupervisorException of category {@code CONFIGURATION}, caused by a {@link ConfigurationException} with every mistake
     */
    public static LoadedConfig load(Path file) {
        Path absolute = file.toAbsolutePath();
        Path folder = absolute.getParent();
        return parse(file.toString(), text(absolute), folder == null ? absolute : folder);
    }

    /**
     * Reads a text.
     *
     * @param folder where relative paths start
     * @throws SupervisorException as {@link #load(Path)}
     */
    public static LoadedConfig parse(String yaml, Path folder) {
        return parse("configuration", yaml, folder);
    }

    private static LoadedConfig parse(String name, String yaml, Path folder) {
        Problems problems = new Problems();
        Paths paths = new Paths(folder.toAbsolutePath());
        try (Secrets secrets = new Secrets(paths)) {
            RuntimeConfig config = new ConfigReader(paths, secrets).read(YamlFile.root(yaml, problems));
            List<ConfigError> errors = problems.errors();
            if (!errors.isEmpty()) {
                throw invalid(name, errors);
            }
            return new LoadedConfig(config, problems.warnings());
        }
    }

    private static String text(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(FILE_MAX + 1);
            if (bytes.length > FILE_MAX) {
                throw unreadable(file, "larger than 1 MiB");
            }
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw unreadable(file, "not UTF-8");
        } catch (IOException e) {
            throw unreadable(file, Files.exists(file) ? "cannot be read" : "no such file");
        }
    }

    private static SupervisorException unreadable(Path file, String why) {
        return invalid(
                file.toString(), List.of(new ConfigError(RejectReason.E_CONFIG_FILE.name(), "", 0, 0, why, List.of())));
    }

    private static SupervisorException invalid(String name, List<ConfigError> errors) {
        String count = errors.size() == 1 ? "1 error" : errors.size() + " errors";
        return new SupervisorException(
                Category.CONFIGURATION,
                name + ": " + count,
                errors.stream().map(ConfigError::toString).toList(),
                new ConfigurationException(errors));
    }
}
