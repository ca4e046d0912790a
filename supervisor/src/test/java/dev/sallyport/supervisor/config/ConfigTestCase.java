package dev.sallyport.supervisor.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sallyport.supervisor.RuntimeConfig;
import dev.sallyport.supervisor.RuntimeConfig.ExecutionIpc;
import dev.sallyport.supervisor.SupervisorException;
import dev.sallyport.supervisor.SupervisorException.Category;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.io.TempDir;

/** What the tests of this package share: a folder, secrets in it, and a way to load a text there. */
abstract class ConfigTestCase {

    /** A process-mode configuration that is valid; groups are appended. */
    static final String PROCESS = """
            runtime:
              platform:
                bootstrap: {mode: process_supervisor}
                execution_ipc: {transport: tcp_local}
            """;

    @TempDir
    Path folder;

    LoadedConfig load(String... lines) {
        return RuntimeConfigLoader.parse(String.join("\n", lines) + "\n", folder);
    }

    RuntimeConfig valid(String... lines) {
        return load(lines).config();
    }

    /** The errors of a text that must not load. */
    List<ConfigError> errors(String... lines) {
        SupervisorException thrown = catchThrowableOfType(SupervisorException.class, () -> load(lines));
        assertThat(thrown).as("the configuration is accepted").isNotNull();
        assertThat(thrown.category()).isEqualTo(Category.CONFIGURATION);
        if (thrown.getCause() instanceof ConfigurationException cause) {
            return cause.errors();
        }
        throw new AssertionError("no typed list of errors", thrown);
    }

    /** The transport's settings in a valid text. */
    ExecutionIpc validIpc(String... lines) {
        return Objects.requireNonNull(valid(lines).ipc());
    }

    /** The one error of a text that must not load. */
    ConfigError error(String... lines) {
        List<ConfigError> errors = errors(lines);
        assertThat(errors).hasSize(1);
        return errors.get(0);
    }

    static void assertPlace(ConfigError error, String code, String path, int line, int column) {
        assertThat(error.code()).isEqualTo(code);
        assertThat(error.path()).isEqualTo(path);
        assertThat(error.line()).as("line of " + error).isEqualTo(line);
        assertThat(error.column()).as("column of " + error).isEqualTo(column);
    }

    /** {@code platform:} with these lines under it. */
    static String[] platform(String... lines) {
        return indented("  platform:", "    ", lines);
    }

    /** {@code execution_ipc:} over TCP with these lines under it. */
    static String[] ipc(String... lines) {
        String[] inner = new String[lines.length + 2];
        inner[0] = "execution_ipc:";
        inner[1] = "  transport: tcp_local";
        for (int i = 0; i < lines.length; i++) {
            inner[i + 2] = "  " + lines[i];
        }
        return platform(inner);
    }

    /** {@code auth:} over TCP with these lines under it, then more lines of {@code platform:}. */
    static String[] auth(List<String> auth, String... platform) {
        String[] inner = new String[auth.size() + 3 + platform.length];
        inner[0] = "execution_ipc:";
        inner[1] = "  transport: tcp_local";
        inner[2] = "  auth:";
        for (int i = 0; i < auth.size(); i++) {
            inner[i + 3] = "    " + auth.get(i);
        }
        System.arraycopy(platform, 0, inner, auth.size() + 3, platform.length);
        return platform(inner);
    }

    private static String[] indented(String head, String indent, String... lines) {
        String[] all = new String[lines.length + 2];
        all[0] = "runtime:";
        all[1] = head;
        Arrays.setAll(lines, i -> indent + lines[i]);
        System.arraycopy(lines, 0, all, 2, lines.length);
        return all;
    }

    /** A secret file of mode 0600. */
    Path secretFile(String name, String text) throws IOException {
        return file(name, text, "rw-------");
    }

    Path file(String name, String text, String mode) throws IOException {
        Path file = Files.writeString(folder.resolve(name), text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
        return file;
    }
}
