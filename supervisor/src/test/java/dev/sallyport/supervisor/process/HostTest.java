package dev.sallyport.supervisor.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is warned of, and what the failure of a start says. */
class HostTest {

    @TempDir
    private Path jdk;

    @Test
    @DisplayName("a supervisor that is process 1 warns of it")
    void firstProcess() {
        assertThat(Host.of(1, jdk).warning())
                .hasValueSatisfying(text -> assertThat(text).contains("process 1", "--init"));
        assertThat(Host.of(4711, jdk).warning()).isEmpty();
    }

    @Test
    @DisplayName("a start that fails after the JDK was replaced says so, and any other says what it said")
    void replacedJdk() throws Exception {
        Path spawns = Files.createDirectory(jdk.resolve("lib")).resolve("jspawnhelper");
        Files.writeString(spawns, "17.0.1");
        Host host = Host.of(4711, jdk);
        IOException failure = new IOException("posix_spawn failed, error: 0");
        assertThat(host.explained(failure)).isSameAs(failure);

        Files.writeString(spawns, "17.0.2, another one");
        assertThat(host.explained(failure))
                .hasMessageContaining("was replaced")
                .hasMessageContaining("restart the supervisor")
                .hasMessageContaining("posix_spawn failed, error: 0")
                .hasCause(failure);
        Files.delete(spawns);
        assertThat(host.explained(failure)).hasMessageContaining("was replaced");
    }
}
