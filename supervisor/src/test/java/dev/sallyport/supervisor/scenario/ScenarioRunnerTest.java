package dev.sallyport.supervisor.scenario;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.sallyport.supervisor.WorkerGroup;
import dev.sallyport.supervisor.scenario.RunException.Category;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ScenarioRunnerTest {

    private static final RunOptions SMALL = new RunOptions(80, 16 << 10, 10, 1024, Duration.ofSeconds(30), false);

    private final long seed = new Random().nextLong();
    private final FakeStages stages = new FakeStages(seed);
    private final ByteArrayOutputStream output = new ByteArrayOutputStream();
    private final List<MalformedLine> leftOut = new ArrayList<>();

    @BeforeEach
    void printSeed() {
        System.out.println("seed " + seed);
    }

    @AfterEach
    void stopReplies() {
        stages.close();
        assertThat(stages.broken()).as("seed %d", seed).isEmpty();
    }

    @Test
    void outputIsInInputOrderWhateverReplyComesFirst() throws RunException {
        List<String> lines = lines(2000);
        RunReport report = run(SMALL, lines);
        assertThat(written()).as("seed %d", seed).isEqualTo(upper(lines));
        assertThat(report).isEqualTo(new RunReport(2000, 2000, 0, 0));
    }

    @Test
    void recordsOfAKeyAreDecidedInInputOrder() throws RunException {
        run(SMALL, lines(2000));
        assertThat(stages.valuesOf("k3"))
                .as("seed %d", seed)
                .isEqualTo(IntStream.range(0, 2000)
                        .filter(i -> i % 17 == 3)
                        .mapToObj(Integer::toString)
                        .toList());
    }

    @Test
    void noCallIsLargerThanItsBatch() throws RunException {
        run(SMALL, lines(2000));
        assertThat(stages.largestBatch()).isBetween(1, 10);
        assertThat(stages.largestBytes()).isBetween(1, 1024);
    }

    @Test
    void noMoreRecordsAreReadThanTheWindowHolds() throws RunException {
        assertThat(linesReadWhileTheFirstWaits(SMALL, lines(2000), 80)).isEqualTo(80);
    }

    @Test
    void noMoreBytesAreReadThanTheWindowHolds() throws RunException {
        RunOptions options = new RunOptions(1000, 4096, 10, 1024, Duration.ofSeconds(30), false);
        // 512 bytes each: two a batch, eight in the window
        List<String> lines = Collections.nCopies(500, "k:" + "v".repeat(446));
        assertThat(linesReadWhileTheFirstWaits(options, lines, 8)).isEqualTo(8);
        assertThat(stages.largestBytes()).isEqualTo(1024);
    }

    /** Holds the first reply back, long enough for a runner without bounds to read on, and answers everything else. */
    private int linesReadWhileTheFirstWaits(RunOptions options, List<String> lines, int atLeast) throws RunException {
        AtomicInteger tries = new AtomicInteger();
        AtomicInteger seen = new AtomicInteger();
        stages.withhold(call -> {
            if (call > 0 || tries.get() == 100) {
                return false;
            }
            seen.set(stages.linesSeen());
            return seen.get() < atLeast || tries.incrementAndGet() < 100;
        });
        assertThat(run(options, lines).written()).isEqualTo(lines.size());
        return seen.get();
    }

    @Test
    void malformedLineEndsTheRunBehindAllLinesBeforeIt() {
        List<String> lines = new ArrayList<>(lines(500));
        lines.set(321, "nonsense");
        RunException failure = failure(SMALL, lines);
        assertThat(failure.category()).isEqualTo(Category.MALFORMED_LINE);
        assertThat(failure).hasMessageStartingWith("line 322: no colon");
        assertThat(written()).isEqualTo(upper(lines.subList(0, 321)));
        assertThat(failure.report()).isEqualTo(new RunReport(321, 321, 0, 0));
    }

    @Test
    void malformedLinesAreLeftOutWhenAskedFor() throws RunException {
        List<String> lines = new ArrayList<>(lines(500));
        lines.set(0, "");
        lines.set(77, "nonsense");
        lines.set(499, "k:silent");
        RunReport report = run(SMALL.skipInvalid(true), lines);
        assertThat(report).isEqualTo(new RunReport(500, 497, 1, 2));
        assertThat(leftOut).containsExactly(new MalformedLine(1, "no colon"), new MalformedLine(78, "no colon"));
        lines.remove(499);
        lines.remove(77);
        lines.remove(0);
        assertThat(written()).isEqualTo(upper(lines));
    }

    @Test
    void lineThatFitsNoCallIsMalformed() throws RunException {
        List<String> lines =
                List.of("k:1", "k:" + "x".repeat(958), "k:" + "x".repeat(959), "k:" + "x".repeat(200_000), "k:2");
        RunReport report = run(SMALL.skipInvalid(true), lines);
        assertThat(report).isEqualTo(new RunReport(5, 3, 0, 2));
        assertThat(leftOut).extracting(MalformedLine::number).containsExactly(3L, 4L);
        assertThat(leftOut.get(0).reason()).isEqualTo("longer than 960 bytes");
    }

    @Test
    void inputOfLongLinesAloneComesToItsEnd() throws RunException {
        List<String> lines =
                IntStream.range(0, 300).mapToObj(i -> "x".repeat(2000)).toList();
        assertThat(run(SMALL.skipInvalid(true), lines)).isEqualTo(new RunReport(300, 0, 0, 300));
    }

    @Test
    void lostWorkerEndsTheRunAndTheOutputIsACorrectPrefix() {
        List<String> lines = lines(2000);
        stages.loseWorkerAt(records -> records.contains(lines.get(1234)));
        RunException failure = failure(SMALL, lines);
        assertThat(failure.category()).isEqualTo(Category.WORKER_LOST);
        assertThat(failure).hasMessageContaining("stage decide of lines").hasMessageContaining("killed");
        assertThat(failure.report().written()).isLessThanOrEqualTo(1234);
        assertThat(written())
                .isEqualTo(upper(lines.subList(0, (int) failure.report().written())));
    }

    @Test
    void replyThatDoesNotAnswerEveryLineEndsTheRun() {
        stages.leaveOutAnswers(1);
        RunException failure = failure(SMALL, lines(5));
        assertThat(failure.category()).isEqualTo(Category.CALL_FAILED);
        assertThat(failure).hasMessage("stage parse of lines 1 to 5: 4 answers to 5 lines");
    }

    @Test
    void abortEndsARunThatWaits() {
        stages.withhold(call -> true);
        ScenarioRunner runner = runner(SMALL);
        CompletableFuture<RunReport> run = start(runner, input(lines(50)), output);
        await().until(() -> stages.linesSeen() == 50);
        runner.abort(Category.WORKER_LOST, "worker limits-1 was killed by signal 9");
        assertThatThrownBy(run::join)
                .hasCauseInstanceOf(RunException.class)
                .hasRootCauseMessage("worker limits-1 was killed by signal 9");
    }

    @Test
    void interruptEndsARunThatWaits() throws InterruptedException {
        stages.withhold(call -> true);
        CompletableFuture<RunException> ended = new CompletableFuture<>();
        Thread thread = new Thread(() -> ended.complete(failure(SMALL, lines(50))));
        thread.start();
        await().until(() -> stages.linesSeen() == 50);
        thread.interrupt();
        assertThat(ended.join().category()).isEqualTo(Category.ABORTED);
        thread.join();
    }

    @Test
    void inputThatBreaksEndsTheRun() {
        InputStream broken = new FilterInputStream(input(lines(500))) {
            @Override
            public int read(byte[] bytes, int offset, int length) throws IOException {
                int read = super.read(bytes, offset, Math.min(length, 512));
                if (read < 0) {
                    throw new IOException("disk gone");
                }
                return read;
            }
        };
        RunException failure = catchThrowableOfType(
                RunException.class, () -> runner(SMALL).run(ScenarioRunnerTest::noGroup, broken, output));
        assertThat(failure.category()).isEqualTo(Category.INPUT_FAILED);
        assertThat(failure).hasMessageContaining("disk gone");
        assertThat(written()).isEqualTo(upper(lines(500).subList(0, written().size())));
    }

    @Test
    void outputThatBreaksEndsTheRun() {
        OutputStream full = new FilterOutputStream(output) {
            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                throw new IOException("no space left");
            }
        };
        RunException failure = catchThrowableOfType(
                RunException.class, () -> runner(SMALL).run(ScenarioRunnerTest::noGroup, input(lines(5)), full));
        assertThat(failure.category()).isEqualTo(Category.OUTPUT_FAILED);
        assertThat(failure).hasMessage("the output cannot be written: no space left");
    }

    @Test
    @DisplayName("a pipe that waits for answers gets them: a batch leaves when the input has no more at once")
    void partialBatchLeavesAnOpenPipe() throws Exception {
        ScenarioRunner runner = runner(SMALL);
        ByteArrayOutputStream answers = new ByteArrayOutputStream();
        PipedInputStream in = new PipedInputStream();
        CompletableFuture<RunReport> run;
        try (PipedOutputStream pipe = new PipedOutputStream(in)) {
            run = start(runner, in, answers);
            for (int i = 0; i < 5; i++) {
                // the second half of a line that is not complete must not hold up those before it
                pipe.write(("k" + i + ":" + i + "\nk").getBytes(UTF_8));
                pipe.flush();
                String answer = "K" + i + ":" + i + "\n";
                await().until(() -> answers.toString(UTF_8).endsWith(answer));
                pipe.write(":x\n".getBytes(UTF_8));
            }
        }
        assertThat(run.join().written()).isEqualTo(10);
    }

    @Test
    @DisplayName("a lost worker ends a run that waits for its input, at once and not with the next line")
    void lostWorkerEndsARunThatWaitsForInput() throws Exception {
        ScenarioRunner runner = runner(SMALL);
        PipedInputStream in = new PipedInputStream();
        try (PipedOutputStream pipe = new PipedOutputStream(in)) {
            CompletableFuture<RunReport> run = start(runner, in, output);
            pipe.write("a:1\n".getBytes(UTF_8));
            pipe.flush();
            await().until(() -> stages.linesSeen() == 1);
            runner.abort(Category.WORKER_LOST, "worker limits-1 was killed by signal 9");
            assertThatThrownBy(run::join)
                    .hasCauseInstanceOf(RunException.class)
                    .hasRootCauseMessage("worker limits-1 was killed by signal 9");
        }
    }

    @Test
    @DisplayName("the reading thread stops at its bound when nothing is answered, and ends with the run")
    void inputIsReadNoFurtherThanIsTaken() throws Exception {
        AtomicInteger lines = new AtomicInteger();
        CountDownLatch closed = new CountDownLatch(1);
        InputStream endless = new InputStream() {
            @Override
            public int read() {
                throw new AssertionError("lines are read in blocks");
            }

            @Override
            public int read(byte[] bytes, int offset, int length) throws IOException {
                if (closed.getCount() == 0) {
                    throw new IOException("closed");
                }
                byte[] line = "k:1\n".getBytes(UTF_8);
                System.arraycopy(line, 0, bytes, offset, line.length);
                lines.incrementAndGet();
                return line.length;
            }

            @Override
            public int available() {
                return 1;
            }
        };
        stages.withhold(call -> true);
        ScenarioRunner runner = runner(SMALL);
        CompletableFuture<RunReport> run = start(runner, endless, output);
        // the window, the batches handed over, the one that waits to be, and the line that did not fit it
        int most = 80 + (InputReader.BATCHES + 1) * 10 + 1;
        await().until(() -> lines.get() == most);
        runner.abort(Category.ABORTED, "enough");
        assertThatThrownBy(run::join).hasRootCauseMessage("enough");
        assertThat(lines).hasValue(most);
        closed.countDown();
    }

    @Test
    void emptyInputHasAnEmptyOutput() throws RunException {
        assertThat(run(SMALL, List.of())).isEqualTo(new RunReport(0, 0, 0, 0));
        assertThat(output.size()).isZero();
    }

    @Test
    void lastLineNeedsNoLineFeed() throws RunException {
        RunReport report = runner(SMALL)
                .run(ScenarioRunnerTest::noGroup, new ByteArrayInputStream("a:1\nb:2".getBytes(UTF_8)), output);
        assertThat(report.written()).isEqualTo(2);
        assertThat(output).hasToString("A:1\nB:2\n");
    }

    private RunReport run(RunOptions options, List<String> lines) throws RunException {
        return runner(options).run(ScenarioRunnerTest::noGroup, input(lines), output);
    }

    private RunException failure(RunOptions options, List<String> lines) {
        return catchThrowableOfType(RunException.class, () -> run(options, lines));
    }

    private static CompletableFuture<RunReport> start(ScenarioRunner runner, InputStream in, OutputStream out) {
        CompletableFuture<RunReport> report = new CompletableFuture<>();
        Thread thread = new Thread(() -> {
            try {
                report.complete(runner.run(ScenarioRunnerTest::noGroup, in, out));
            } catch (RunException e) {
                report.completeExceptionally(e);
            }
        });
        thread.setDaemon(true);
        thread.start();
        return report;
    }

    private ScenarioRunner runner(RunOptions options) {
        Scenario scenario = new Scenario() {
            @Override
            public String id() {
                return "fake";
            }

            @Override
            public List<String> groups() {
                return List.of();
            }

            @Override
            public Stages<?> open(Function<String, WorkerGroup> group) {
                return stages;
            }
        };
        return new ScenarioRunner(scenario, options, leftOut::add);
    }

    private static WorkerGroup noGroup(String name) {
        throw new IllegalArgumentException(name);
    }

    private static List<String> lines(int count) {
        return IntStream.range(0, count).mapToObj(i -> "k" + i % 17 + ":" + i).toList();
    }

    private static InputStream input(List<String> lines) {
        String text = lines.stream().map(line -> line + "\n").collect(Collectors.joining());
        return new ByteArrayInputStream(text.getBytes(UTF_8));
    }

    private List<String> written() {
        String text = output.toString(UTF_8);
        assertThat(text).matches(all -> all.isEmpty() || all.endsWith("\n"), "holds whole lines");
        return text.lines().toList();
    }

    private static List<String> upper(List<String> lines) {
        return lines.stream().map(line -> line.toUpperCase(Locale.ROOT)).toList();
    }
}
