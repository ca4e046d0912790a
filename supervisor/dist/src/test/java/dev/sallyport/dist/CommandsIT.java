package dev.sallyport.dist;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.dist.Distribution.Ended;
import dev.sallyport.dist.Distribution.Run;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The commands against a running supervisor of the example, each in its own process, as a user calls them. */
class CommandsIT {

    private static final Duration LONG = Duration.ofSeconds(90);

    @TempDir
    private Path folder;

    @Test
    @DisplayName("serve, ps, logs, restart, drain, postmortem and stop, by processes that know only the run directory")
    void aServiceIsAdministered() throws Exception {
        Distribution distribution = Distribution.copiedTo(folder).withoutClassArchives();
        Path runtime = Files.createDirectory(
                folder.resolve("runtime"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        String config = distribution.example("process.yml").toString();
        Run service = distribution.start(runtime, "serve", "--config", config);
        Awaitility.await().atMost(LONG).until(() -> service.printed().contains("started in"));
        assertThat(files(runtime))
                .singleElement()
                .satisfies(file -> assertThat(Files.getPosixFilePermissions(file))
                        .isEqualTo(PosixFilePermissions.fromString("rw-------")));

        JsonNode status = json(distribution.start(runtime, "ps", "--config", config, "--json"));
        assertThat(status.at("/state").asString()).isEqualTo("running");
        assertThat(status.at("/pid").asLong()).isEqualTo(service.process().pid());
        assertThat(status.at("/workers").size()).isEqualTo(4);
        List<ProcessHandle> first = processes(status);
        assertThat(first).hasSize(4).allMatch(ProcessHandle::isAlive);
        assertThat(status.at("/workers/0/phase").asString()).isEqualTo("ready");
        assertThat(status.at("/workers/0/rss_bytes").asLong()).isPositive();

        Ended logs = distribution.start(runtime, "logs", "parse/0").ended();
        assertThat(logs.code()).as(logs.err()).isZero();

        JsonNode restarted = json(distribution.start(runtime, "restart", "parse", "--json"));
        assertThat(restarted.at("/restarted").asBoolean()).isTrue();
        Ended table = distribution.start(runtime, "ps").ended();
        assertThat(table.out()).contains("parse/0#2", "parse/1#2", "limits/0#1").doesNotContain("\u001b");

        assertThat(distribution.start(runtime, "drain", "parse").ended().out()).contains("group parse is drained");
        Ended again = distribution.start(runtime, "drain", "parse").ended();
        assertThat(again.code()).isEqualTo(10);
        assertThat(distribution.start(runtime, "ps").ended().out()).containsPattern("(?m)^parse +stopped +0/2 ");

        Ended none = distribution.start(runtime, "postmortem").ended();
        assertThat(none.code()).as(none.err()).isZero();
        assertThat(none.out()).contains("no worker has ended");

        Ended stopped = distribution.start(runtime, "stop").ended();
        assertThat(stopped.code()).as(stopped.err()).isZero();
        assertThat(stopped.err()).doesNotContain("Exception");
        Ended served = service.ended();
        assertThat(served.code()).as(served.err()).isZero();
        assertThat(served.out()).contains("stopped gracefully");
        assertThat(first).noneMatch(Distribution::isRunning);
        assertThat(files(runtime)).isEmpty();
        assertThat(distribution.start(runtime, "ps").ended().code()).isEqualTo(9);
    }

    @Test
    @DisplayName("a supervisor that was killed leaves a file that the next command removes, and its post-mortem")
    void aKilledSupervisor() throws Exception {
        Distribution distribution = Distribution.copiedTo(folder).withoutClassArchives();
        Path runtime = Files.createDirectory(
                folder.resolve("runtime"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Run service = distribution.start(
                runtime,
                "serve",
                "--config",
                distribution.example("process.yml").toString());
        Awaitility.await().atMost(LONG).until(() -> service.printed().contains("started in"));
        ProcessHandle worker =
                processes(json(distribution.start(runtime, "ps", "--json"))).get(0);

        worker.destroyForcibly();
        Awaitility.await()
                .atMost(LONG)
                .until(() ->
                        !service.process().isAlive() || files(runtime).stream().anyMatch(CommandsIT::isPostmortem));
        service.process().destroyForcibly().waitFor();

        assertThat(distribution.start(runtime, "ps").ended().code()).isEqualTo(9);
        assertThat(files(runtime)).noneMatch(file -> file.toString().endsWith(".credential"));
        Ended postmortem = distribution.start(runtime, "postmortem").ended();
        assertThat(postmortem.code()).as(postmortem.err()).isZero();
        assertThat(postmortem.out()).contains("was ended by signal 9 (SIGKILL)");
    }

    /** Those of the workers; a supervisor may have other children. */
    private static List<ProcessHandle> processes(JsonNode status) {
        return status.at("/workers")
                .valueStream()
                .map(worker -> ProcessHandle.of(worker.at("/pid").asLong()).orElseThrow())
                .toList();
    }

    private static JsonNode json(Run run) throws Exception {
        Ended ended = run.ended();
        assertThat(ended.code()).as(ended.err()).isZero();
        return JsonMapper.shared().readTree(ended.out());
    }

    private static boolean isPostmortem(Path file) {
        return file.toString().endsWith(".postmortem") && file.toFile().length() > 0;
    }

    private static List<Path> files(Path runtime) {
        try (Stream<Path> files = Files.list(runtime.resolve("sallyport"))) {
            return files.toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
