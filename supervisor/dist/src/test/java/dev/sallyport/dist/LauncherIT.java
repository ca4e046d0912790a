package dev.sallyport.dist;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code bin/sallyport} of the packaged distribution, as a shell calls it. */
class LauncherIT {

    private static final Path LAUNCHER = Path.of("../target/sallyport/bin/sallyport");
    private static final Path EXAMPLE = Path.of("../target/sallyport/examples/fund-loads");
    private static final int SIGTERM_EXIT = 128 + 15;

    @TempDir
    private Path folder;

    private Process start(Path launcher, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(launcher.toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectOutput(file("out").toFile())
                .redirectError(file("err").toFile());
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        return builder.start();
    }

    private int run(Path launcher, String... arguments) throws Exception {
        return code(start(launcher, arguments));
    }

    private static int code(Process process) throws InterruptedException {
        assertThat(process.waitFor(90, TimeUnit.SECONDS)).as("the command ends").isTrue();
        return process.exitValue();
    }

    private Path file(String name) {
        return folder.resolve(name);
    }

    @Test
    @DisplayName("it finds its folder through relative and absolute symbolic links")
    void symbolicLinks() throws Exception {
        Path there = Files.createDirectory(folder.resolve("with space"));
        Path absolute = Files.createSymbolicLink(there.resolve("absolute"), LAUNCHER.toRealPath());
        Path relative = Files.createSymbolicLink(folder.resolve("relative"), Path.of("with space/absolute"));

        assertThat(run(relative, "--version")).isZero();
        assertThat(file("out")).content().startsWith("sallyport ").doesNotContain("development");
        assertThat(run(
                        absolute,
                        "check",
                        "--config",
                        EXAMPLE.resolve("process.yml").toString()))
                .isZero();
        assertThat(file("out")).content().contains("bootstrap_mode=process_supervisor", "kdf=hkdf_sha256");
        assertThat(file("err")).content().isEmpty();
    }

    @Test
    @DisplayName("a configuration that is not valid exits with 3, and the JVM adds nothing to standard error")
    void invalidConfiguration() throws Exception {
        Path config = Files.writeString(file("c.yml"), "runtime: {platform: {bootstrap: {mode: fast}}}");

        assertThat(run(LAUNCHER, "check", "--config", config.toString())).isEqualTo(3);
        assertThat(file("err"))
                .content()
                .isEqualTo("sallyport: configuration: " + config + ": 1 error\n"
                        + "  1:40 BOOT-CFG-01 runtime.platform.bootstrap.mode: not a supported value;"
                        + " allowed: inline, process_supervisor\n");
    }

    @Test
    @DisplayName("SIGTERM stops a run that waits for input: reported, graceful, and no worker is left")
    void sigtermStopsGracefully() throws Exception {
        Path input = file("input");
        assertThat(new ProcessBuilder("mkfifo", input.toString()).start().waitFor())
                .isZero();
        Process run = start(
                LAUNCHER,
                "run",
                "--config",
                EXAMPLE.resolve("process.yml").toString(),
                "--input",
                input.toString(),
                "--output",
                file("answers").toString());
        try (OutputStream records = Files.newOutputStream(input)) {
            Files.copy(EXAMPLE.resolve("sample.jsonl"), records);
            records.flush();
            Awaitility.await()
                    .atMost(Duration.ofSeconds(60))
                    .until(() -> Files.readString(file("out")).contains("started in"));
            // the making of a class archive may be one more
            List<ProcessHandle> children = run.descendants().toList();
            assertThat(children.stream().filter(LauncherIT::isWorker)).hasSize(4);

            run.destroy();

            assertThat(code(run)).isEqualTo(SIGTERM_EXIT);
            Awaitility.await()
                    .atMost(Duration.ofSeconds(60))
                    .until(() -> children.stream().noneMatch(ProcessHandle::isAlive));
        }
        assertThat(file("out")).content().contains("stopped gracefully").contains("2 clean");
        assertThat(file("err")).content().contains("aborted: ended by a signal");
        assertIsPrefix(file("answers"), EXAMPLE.resolve("sample.expected.jsonl"));
    }

    private static boolean isWorker(ProcessHandle process) {
        try {
            return Files.readString(Path.of("/proc", Long.toString(process.pid()), "cmdline"), ISO_8859_1)
                    .contains("WorkerMain");
        } catch (IOException e) {
            // it has ended
            return false;
        }
    }

    private static void assertIsPrefix(Path answers, Path expected) throws IOException {
        String written = Files.readString(answers);
        assertThat(written)
                .satisfiesAnyOf(
                        text -> assertThat(text).isEmpty(),
                        text -> assertThat(text).endsWith("\n"));
        assertThat(Files.readString(expected)).startsWith(written);
    }
}
