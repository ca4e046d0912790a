package dev.sallyport.dist;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sallyport.dist.Distribution.Ended;
import dev.sallyport.dist.Distribution.Run;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What happens in the middle of a run: the input is a pipe that the test holds open. */
@Timeout(value = 180, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class LiveRunIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    private Path folder;

    private Distribution sallyport;
    private Path pipe;
    private Path output;
    private byte[] sample;

    @BeforeEach
    void makeThePipe() throws Exception {
        // a run has four children then, and no fifth that makes an archive
        sallyport = Distribution.copiedTo(folder).withoutClassArchives();
        pipe = folder.resolve("input");
        output = folder.resolve("output");
        sample = Files.readAllBytes(sallyport.example("sample.jsonl"));
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                .isZero();
    }

    @Test
    @DisplayName("PROC-03 a worker killed in the middle ends the run, and the output is a correct prefix")
    void PROC_03_lostWorkerEndsTheRunWithACorrectPrefix() throws Exception {
        Run run = sallyport.run("process", pipe, output);
        try (OutputStream input = Files.newOutputStream(pipe)) {
            input.write(sample, 0, sample.length / 2);
            ProcessHandle limits = ProcessHandle.of(pidOf(run, "limits/0#1")).orElseThrow();
            limits.destroyForcibly();
            limits.onExit().join();
            writeWhileItIsRead(input, sample.length / 2);
        }
        Ended ended = run.ended();
        assertThat(ended.code()).as(ended.toString()).isEqualTo(5);
        assertThat(ended.err()).contains("limits/0#1");
        String written = Files.readString(output);
        assertThat(Files.readString(sallyport.example("sample.expected.jsonl"))).startsWith(written);
        assertThat(written).matches(text -> text.isEmpty() || text.endsWith("\n"), "whole lines");
    }

    @Test
    @DisplayName(
            "KEY-IPC-04 no secret in the argv or the environment of any process of a run, and none of them is left")
    void KEY_IPC_04_secretIsInNoArgvAndNoEnvironment() throws Exception {
        String secret = Files.readString(sallyport.example("secrets/runtime.secret"));
        Run run = sallyport.run("process-static-hkdf", pipe, output);
        List<ProcessHandle> workers;
        try (OutputStream input = Files.newOutputStream(pipe)) {
            pidOf(run, "parse/1#1");
            workers = run.process().children().toList();
            assertThat(workers).hasSize(4);
            for (ProcessHandle worker : workers) {
                assertThat(proc(worker, "cmdline")).contains("WorkerMain").doesNotContain(secret);
                assertThat(proc(worker, "environ")).doesNotContain(secret);
            }
            input.write(sample);
        }
        assertThat(run.ended().code()).isZero();
        assertThat(output).hasSameBinaryContentAs(sallyport.example("sample.expected.jsonl"));
        assertThat(workers).noneMatch(Distribution::isRunning);
    }

    @Test
    @DisplayName("U01 no worker outlives a supervisor that is killed in the middle of a run")
    void U01_noWorkerOutlivesAKilledSupervisor() throws Exception {
        Run run = sallyport.run("process", pipe, output);
        try (OutputStream input = Files.newOutputStream(pipe)) {
            input.write(sample, 0, 1000);
            pidOf(run, "parse/1#1");
            List<ProcessHandle> workers = run.process().children().toList();
            assertThat(workers).hasSize(4);
            run.process().destroyForcibly().waitFor();
            await().atMost(PATIENCE).until(() -> workers.stream().noneMatch(Distribution::isRunning));
        }
    }

    /** The pid that the table of started workers shows; waits for the table. */
    private static long pidOf(Run run, String worker) {
        Pattern row = Pattern.compile(Pattern.quote(worker) + " +([0-9]+)");
        await().atMost(PATIENCE).until(() -> row.matcher(run.printed()).find());
        Matcher found = row.matcher(run.printed());
        assertThat(found.find()).isTrue();
        return Long.parseLong(found.group(1));
    }

    /** The run may end, and the pipe break, before everything is written. */
    private void writeWhileItIsRead(OutputStream input, int from) {
        try {
            input.write(sample, from, sample.length - from);
        } catch (IOException e) {
            assertThat(e).hasMessageContaining("Broken pipe");
        }
    }

    private static String proc(ProcessHandle process, String file) throws Exception {
        return Files.readString(Path.of("/proc", Long.toString(process.pid()), file), ISO_8859_1);
    }
}
