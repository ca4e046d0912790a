package dev.sallyport.supervisor.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sallyport.supervisor.Patience;
import dev.sallyport.transport.PeerId;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Real processes. */
@EnabledOnOs(OS.LINUX)
class LocalProcessTest {

    private static final PeerId ID = new PeerId("g", "0", 1);
    private static final Duration LIMIT = Patience.LIMIT;

    private final LocalLauncher launcher = new LocalLauncher();
    private final List<WorkerProcess> started = new ArrayList<>();

    @AfterEach
    void endAll() {
        started.forEach(process -> {
            process.kill();
            process.exited().join();
            process.sweep(LIMIT);
        });
        launcher.close();
    }

    private WorkerProcess start(String... argv) throws IOException {
        WorkerProcess process = launcher.launch(new LaunchSpec(ID, List.of(argv), Map.of("PATH", "/usr/bin:/bin")));
        started.add(process);
        return process;
    }

    private WorkerProcess sh(String script) throws IOException {
        return start("/bin/sh", "-c", script);
    }

    private static int exit(WorkerProcess process) throws Exception {
        return process.exited().get(LIMIT.toSeconds(), TimeUnit.SECONDS);
    }

    @Test
    void exitCodesAndSignalsAreTold() throws Exception {
        assertThat(exit(sh("exit 3"))).isEqualTo(3);
        assertThat(exit(sh("kill -SEGV $$"))).isEqualTo(139);
    }

    @Test
    @DisplayName("a JVM is told a folder of its own, which is gone with what is in it before its end is told")
    void theFolderOfAJvmEndsWithIt(@TempDir Path temporary) throws Exception {
        List<String> argv = List.of("/bin/echo", "-Djava.io.tmpdir=" + temporary);
        WorkerProcess process = launcher.launch(new LaunchSpec(ID, argv, Map.of(), true, false));
        started.add(process);
        assertThat(exit(process)).isZero();
        assertThat(temporary).isEmptyDirectory();
        await().untilAsserted(() -> assertThat(process.traces())
                .singleElement()
                .asString()
                .startsWith("last output: -Dsallyport.worker.folder=" + temporary.resolve("sallyport-worker-")));
    }

    @Test
    void aMissingExecutableIsAnError() {
        assertThatThrownBy(() -> new LocalLauncherWithoutTools().launch("/no/such/program"))
                .isInstanceOf(IOException.class);
    }

    /** With the wrapping tools it is they who fail, with 127 and a line on standard error. */
    @Test
    void aMissingExecutableBehindTheToolsSaysSoAndExits() throws Exception {
        WorkerProcess process = start("/no/such/program");
        assertThat(exit(process)).isBetween(1, 127);
        await().untilAsserted(
                        () -> assertThat(process.traces()).last().asString().contains("/no/such/program"));
    }

    @Test
    void thePidIsTheCommandsOwnAndItLeadsASession() throws Exception {
        WorkerProcess process = sh("read stat < /proc/$$/stat; echo $stat");
        exit(process);
        String pid = Long.toString(process.pid());
        // pid, name, state, parent, process group, session
        await().untilAsserted(() -> assertThat(process.traces())
                .singleElement()
                .asString()
                .matches("last output: " + pid + " \\(sh\\) . \\d+ " + pid + " " + pid + " .*"));
    }

    @Test
    void coreDumpsAreOff() throws Exception {
        WorkerProcess process = sh("ulimit -S -c");
        exit(process);
        await().untilAsserted(() -> assertThat(process.traces()).containsExactly("last output: 0"));
    }

    @Test
    void theEnvironmentIsTheOneGivenAndNoOther() throws Exception {
        WorkerProcess process = start("/usr/bin/env");
        exit(process);
        await().untilAsserted(() -> assertThat(process.traces()).containsExactly("last output: PATH=/usr/bin:/bin"));
    }

    @Test
    void residentMemoryIsTold() throws Exception {
        WorkerProcess process = start("/bin/sleep", "600");
        await().until(() -> process.residentBytes() > 0);
        assertThat(process.residentBytes()).isLessThan(64L << 20);
        process.kill();
        exit(process);
        assertThat(process.residentBytes()).isZero();
    }

    @Test
    void outputIsDrainedAlwaysSoThatNoWorkerBlocksOnIt() throws Exception {
        WorkerProcess process = sh("yes 0123456789 | head -c 3000000; echo done >&2");
        assertThat(exit(process)).isZero();
        await().untilAsserted(() -> assertThat(process.traces()).containsExactly("last output: done"));
    }

    @Test
    void theEndIsToldWhileAGrandchildStillHoldsTheOutput() throws Exception {
        WorkerProcess process = sh("sleep 600 & exit 5");
        assertThat(exit(process)).isEqualTo(5);
        assertThat(process.sweep(LIMIT)).isEmpty();
    }

    @Test
    void theLifelineStaysOpen() throws Exception {
        WorkerProcess process = sh("read line; echo $line; cat");
        process.lifeline().write("hello\n".getBytes(StandardCharsets.UTF_8));
        process.lifeline().flush();
        await().until(() -> process.traces().contains("last output: hello"));
        assertThat(process.exited()).isNotDone();
    }

    @Test
    void terminateReachesAStoppedProcess() throws Exception {
        WorkerProcess process = start("/bin/sleep", "600");
        stop(process.pid());
        process.terminate();
        assertThat(exit(process)).isEqualTo(143);
    }

    @Test
    @DisplayName("Z08 a child that survives its worker is ended by the sweep")
    void Z08_childSurvivesTheWorker() throws Exception {
        WorkerProcess process = sh("sleep 600 & echo $!; exit 0");
        exit(process);
        await().until(() -> !process.traces().isEmpty());
        ProcessHandle child = child(process);
        assertThat(process.sweep(LIMIT)).isEmpty();
        await().until(() -> !Running.isRunning(child.pid()));
    }

    @Test
    @DisplayName("Z08 a child in another session is remembered while the worker runs")
    void Z08_childInAnotherSession() throws Exception {
        WorkerProcess process = sh("setsid sleep 600 & echo $!; exec sleep 600");
        await().until(() -> !process.traces().isEmpty());
        ProcessHandle child = child(process);
        await().until(() -> session(child.pid()) == child.pid());
        process.kill();
        exit(process);
        process.sweep(LIMIT);
        await().until(() -> !Running.isRunning(child.pid()));
    }

    @Test
    void killEndsTheWholeTree() throws Exception {
        WorkerProcess process = sh("sh -c 'sh -c \"echo up; sleep 600; sleep 600\"; sleep 600'; sleep 600");
        await().until(() -> !process.traces().isEmpty());
        List<ProcessHandle> tree =
                ProcessHandle.of(process.pid()).orElseThrow().descendants().toList();
        assertThat(tree).hasSizeGreaterThanOrEqualTo(2);
        process.kill();
        assertThat(exit(process)).isEqualTo(137);
        assertThat(process.sweep(LIMIT)).isEmpty();
        await().until(() -> tree.stream().map(ProcessHandle::pid).noneMatch(Running::isRunning));
    }

    private static ProcessHandle child(WorkerProcess process) {
        String last = process.traces().get(0).replace("last output: ", "");
        return ProcessHandle.of(Long.parseLong(last)).orElseThrow();
    }

    private static long session(long pid) {
        return ProcessTable.ofThisSystem().read().stream()
                .filter(entry -> entry.pid() == pid)
                .mapToLong(ProcessTable.Entry::session)
                .findFirst()
                .orElse(0);
    }

    @Test
    void resumeReachesAProcessThatDoesNotYetLeadItsGroup() throws Exception {
        Process process = new ProcessBuilder("/bin/sleep", "600").start();
        try {
            stop(process.pid());
            process.toHandle().destroy();
            await().until(() -> {
                Tools.ofThisSystem().resume(process.toHandle());
                return !process.isAlive();
            });
            assertThat(process.waitFor()).isEqualTo(143);
        } finally {
            process.destroyForcibly();
        }
    }

    private static void stop(long pid) throws Exception {
        assertThat(new ProcessBuilder("kill", "-STOP", Long.toString(pid))
                        .start()
                        .waitFor())
                .isZero();
    }

    /** Nothing else ends what makes a class archive when its supervisor is killed. */
    @Test
    void aProcessInTheBackgroundEndsWithTheThreadThatLaunchedIt() throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/setpriv")), "no setpriv");
        FutureTask<WorkerProcess> launching = new FutureTask<>(() -> {
            WorkerProcess process = launcher.launch(new LaunchSpec(
                    ID,
                    List.of("/bin/sh", "-c", "echo up; sleep 600; exit 1"),
                    Map.of("PATH", "/usr/bin:/bin"),
                    false,
                    true));
            started.add(process);
            // a thread that ends before setpriv has asked for the signal would end nothing
            await().until(() -> !process.output().isEmpty());
            return process;
        });
        new Thread(launching).start();
        assertThat(exit(launching.get())).isEqualTo(137);
    }

    /** A launch without setsid and prlimit. */
    private static final class LocalLauncherWithoutTools {
        void launch(String program) throws IOException {
            Tools none = new Tools(null, null, null, null, null);
            try (OutputLogs logs = OutputLogs.start()) {
                new LocalProcess(
                        ID,
                        new ProcessBuilder(none.wrap(List.of(program), false)).start(),
                        none,
                        List::of,
                        logs,
                        () -> {});
            }
        }
    }

    /** As when the program has no descriptor left. */
    private static final class Unreadable implements ProcessTable {

        private final ProcessTable real = ProcessTable.ofThisSystem();
        private volatile boolean broken;

        @Override
        public List<Entry> read() {
            if (broken) {
                throw new UncheckedIOException(new IOException("Too many open files"));
            }
            return real.read();
        }

        @Override
        public long start(long pid) {
            return real.start(pid);
        }
    }

    @Test
    void whatWasSeenBeforeIsKilledAlthoughTheProcessTableCannotBeRead() throws Exception {
        Unreadable table = new Unreadable();
        try (OutputLogs logs = OutputLogs.start()) {
            Process sh = new ProcessBuilder("setsid", "sh", "-c", "setsid sleep 600 & echo $!; exec sleep 600").start();
            LocalProcess process = new LocalProcess(ID, sh, Tools.ofThisSystem(), table, logs, () -> {});
            started.add(process);
            await().until(() -> !process.traces().isEmpty());
            ProcessHandle child = child(process);
            await().until(() -> session(child.pid()) == child.pid());
            process.look(table.read());
            table.broken = true;
            process.kill();
            assertThat(exit(process)).isEqualTo(137);
            await().until(() -> !Running.isRunning(child.pid()));
            assertThat(process.sweep(Duration.ZERO))
                    .as("named, since nobody can see whether it is gone")
                    .singleElement()
                    .asString()
                    .startsWith(child.pid() + " ");
            table.broken = false;
            assertThat(process.sweep(LIMIT)).isEmpty();
        }
    }

    /** The JDK looks at the start time before it signals, and that takes a descriptor. */
    @Test
    void aProcessIsKilledAlthoughThereIsNoDescriptorLeft() throws Exception {
        Process exhausted = new ProcessBuilder(
                        "prlimit",
                        "--nofile=256:256",
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-Dslf4j.provider=dev.sallyport.supervisor.worker.WorkerLog",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Exhausted.class.getName())
                .redirectErrorStream(true)
                .start();
        String said = new String(exhausted.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(said).endsWith("exited with 137\n");
    }

    /** A program without a free descriptor that kills a process. */
    static final class Exhausted {

        private Exhausted() {}

        public static void main(String[] args) throws Exception {
            LaunchSpec sleep = new LaunchSpec(ID, List.of("/bin/sleep", "600"), Map.of("PATH", "/usr/bin:/bin"));
            LocalLauncher launcher = new LocalLauncher();
            // loads the classes, which also takes descriptors
            WorkerProcess first = launcher.launch(sleep);
            first.kill();
            first.exited().join();
            WorkerProcess second = launcher.launch(sleep);
            List<InputStream> all = new ArrayList<>();
            try {
                while (true) {
                    all.add(new FileInputStream("/dev/null"));
                }
            } catch (IOException e) {
                second.kill();
            }
            int status = second.exited().join();
            all.get(0).close();
            System.out.println("exited with " + status);
            System.exit(0);
        }
    }

    @Test
    void anExitIsToldWhileUserCodeHoldsTheCommonPool() throws Exception {
        CountDownLatch free = new CountDownLatch(1);
        Runnable hold = () -> await().until(() -> free.getCount() == 0);
        for (int i = 0; i <= ForkJoinPool.getCommonPoolParallelism(); i++) {
            ForkJoinPool.commonPool().execute(hold);
        }
        try {
            assertThat(exit(sh("exit 3"))).isEqualTo(3);
        } finally {
            free.countDown();
        }
    }

    @Test
    void aPidThatWasGivenAwaySinceTheLookIsNotTakenIn() throws Exception {
        WorkerProcess stranger = start("/bin/sleep", "600");
        long start = ProcessTable.ofThisSystem().start(stranger.pid());
        assertThat(start).isPositive();
        long worker = ProcessHandle.current().pid();
        ProcessTable.Entry before = new ProcessTable.Entry(stranger.pid(), worker, 0, start - 1, false);
        ProcessTree tree = new ProcessTree(worker, false);
        tree.update(List.of(before), false, ProcessTable.ofThisSystem()::start);
        assertThat(tree.isEmpty()).isTrue();
        ProcessTable.Entry now = new ProcessTable.Entry(stranger.pid(), worker, 0, start, false);
        tree.update(List.of(now), false, ProcessTable.ofThisSystem()::start);
        assertThat(tree.isEmpty()).isFalse();
    }
}
