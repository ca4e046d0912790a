package dev.sallyport.supervisor.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import dev.sallyport.proto.v1.StopAck;
import dev.sallyport.proto.v1.StopRequest;
import dev.sallyport.proto.v1.WorkerStatus;
import dev.sallyport.supervisor.WorkerExit;
import dev.sallyport.supervisor.process.Running;
import dev.sallyport.transport.Connection;
import dev.sallyport.transport.Credential;
import dev.sallyport.transport.Deadline;
import dev.sallyport.transport.MethodDescriptor;
import dev.sallyport.transport.PeerId;
import dev.sallyport.transport.PeerSpec;
import dev.sallyport.transport.RejectReason;
import dev.sallyport.transport.Routes;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Workers in processes of their own, against the real transport. */
class WorkerMainTest {

    private static final MethodDescriptor<byte[], byte[]> ECHO = MethodDescriptor.ofBytes("echo/say");
    private static final MethodDescriptor<byte[], byte[]> UPPER = MethodDescriptor.ofBytes("test/upper");
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private static final int SIGHUP = 1;
    private static final int SIGINT = 2;
    private static final int SIGQUIT = 3;
    private static final int SIGTERM = 15;

    @TempDir
    static Path folder;

    private static Path echo;
    private static Path other;
    private static CompletableFuture<Void> stubborn;

    private final TestServer supervisor = new TestServer(Routes.builder()
            .on(UPPER, (call, text) -> string(text).toUpperCase(Locale.ROOT).getBytes(StandardCharsets.UTF_8))
            .build());
    private final PeerSpec peer = PeerSpec.of("parse", "parse-0").mayCall(UPPER);

    @BeforeAll
    static void compileRoots() {
        echo = TestRoot.jar(folder, "echo", """
                @Singleton class Echo implements Worker {
                  private final RuntimeTransportService supervisor;
                  private final String greeting;
                  Echo(WorkerContext context, RuntimeTransportService supervisor, RuntimeLifecycleManager lifecycle) {
                    this.supervisor = supervisor;
                    this.greeting = context.selectors().getOrDefault("greeting", "");
                    if (greeting.equals("fail")) throw new IllegalStateException("no greeting");
                    if (greeting.equals("stubborn")) Runtime.getRuntime().addShutdownHook(new Thread(Echo::hang));
                    if (greeting.equals("stubborn") || greeting.equals("forks")) fork();
                    if (greeting.equals("census")) Runtime.getRuntime().addShutdownHook(new Thread(Echo::census));
                  }
                  public Routes routes() {
                    return Routes.builder().on(MethodDescriptor.ofBytes("echo/say"), this::say).build();
                  }
                  private byte[] say(CallContext call, byte[] text) {
                    if (greeting.equals("stubborn")) hang();
                    if (greeting.equals("interrupting")) interruptOthers();
                    byte[] upper = supervisor.call(MethodDescriptor.ofBytes("test/upper"), text, call.deadline()).join();
                    String answer = greeting + " " + new String(upper) + " " + ProcessHandle.current().pid();
                    System.out.println("said");
                    return answer.getBytes();
                  }
                  public void flush(Deadline deadline) {
                    System.err.println("flushed");
                    if (greeting.equals("stubborn")) hang();
                  }
                  private static void fork() {
                    try {
                      new ProcessBuilder("sh", "-c", "sleep 600 & echo sleeps $!; wait").inheritIO().start();
                    } catch (java.io.IOException e) {
                      throw new java.io.UncheckedIOException(e);
                    }
                  }
                  private static void census() {
                    System.err.println("census");
                    Thread.getAllStackTraces().forEach((thread, stack) -> {
                      if (stack.length > 0 && stack[0].isNativeMethod()) System.err.println(thread.getName() + " " + stack[0]);
                    });
                  }
                  private static void interruptOthers() {
                    Thread.getAllStackTraces().keySet().stream()
                        .filter(thread -> thread.getName().equals("sallyport-lifeline"))
                        .forEach(Thread::interrupt);
                  }
                  private static void hang() {
                    while (true) java.util.concurrent.locks.LockSupport.park();
                  }
                }
                """);
        other = TestRoot.jar(folder, "other", """
                @Singleton class Other implements Worker {
                  public Routes routes() {
                    return Routes.builder().on(MethodDescriptor.ofBytes("other/run"), (call, in) -> in).build();
                  }
                }
                """);
        // an orphan's time is seconds long: the other tests run meanwhile
        stubborn = CompletableFuture.runAsync(WorkerMainTest::orphanStubbornWorker);
    }

    @AfterEach
    void closeServer() {
        supervisor.close();
    }

    @Test
    @DisplayName(
            "CHILD-BOOT-01, 02 a child builds itself from the bundle alone, serves, calls its supervisor, and stops")
    void CHILD_BOOT_01_lifeOfAWorker() {
        try (ChildWorker worker = child(bundle("hello", "echo.jar"))) {
            await().until(supervisor::isReady);
            assertThat(supervisor.statuses)
                    .extracting(WorkerStatus::getPhase)
                    .containsExactly(WorkerStatus.Phase.CONTAINER_UP, WorkerStatus.Phase.READY);
            assertThat(supervisor.statuses.get(1).getMethodsList())
                    .as("the other root is on the class path and not in the bundle")
                    .containsExactly("echo/say");
            assertThat(say("world")).isEqualTo("hello WORLD " + worker.handle().pid());

            assertThat(supervisor.server.stop(peer.id(), order(StopRequest.Mode.DRAIN, 20_000)))
                    .isTrue();
            assertThat(worker.exitCode()).isEqualTo(WorkerExit.STOPPED.code());
            await().until(() -> supervisor.closed.contains(RejectReason.OK_STOP));
            assertThat(supervisor.acks).extracting(StopAck::getPhase).endsWith(StopAck.Phase.STOPPED);
            assertThat(worker.stdout())
                    .as("nothing but what the worker's code prints")
                    .isEqualTo("said\n");
            assertThat(worker.stderr()).contains("flushed");
        }
    }

    @Test
    @DisplayName("a worker that exits has no thread in a read or a poll, for which its JVM would wait 0.3 s")
    void stoppedWorker_leavesNativeCode() {
        try (ChildWorker worker = child(bundle("census", "echo.jar"))) {
            await().until(supervisor::isReady);
            supervisor.server.stop(peer.id(), order(StopRequest.Mode.DRAIN, 20_000));
            assertThat(worker.exitCode()).isEqualTo(WorkerExit.STOPPED.code());
            assertThat(worker.stderr())
                    .contains("census")
                    .doesNotContainPattern("sallyport-.* \\S*(InputStream|FileDispatcher|[Pp]oll|Select)");
        }
    }

    @Test
    void codeThatInterruptsTheLifelineDoesNotEndTheWorker() {
        try (ChildWorker worker = child(bundle("interrupting", "echo.jar"))) {
            await().until(supervisor::isReady);
            assertThat(say("once")).startsWith("interrupting ONCE");
            assertThat(say("again")).startsWith("interrupting AGAIN");

            supervisor.server.stop(peer.id(), order(StopRequest.Mode.DRAIN, 20_000));
            assertThat(worker.exitCode()).isEqualTo(WorkerExit.STOPPED.code());
        }
    }

    @Test
    @DisplayName("CHILD-BOOT-01 disjoint discovery roots give different containers")
    void CHILD_BOOT_01_disjointRoots() {
        try (ChildWorker worker = child(bundle("", "other.jar"))) {
            await().until(supervisor::isReady);
            assertThat(supervisor.statuses.get(1).getMethodsList()).containsExactly("other/run");
            assertThat(worker.handle().isAlive()).isTrue();
        }
    }

    @Test
    @DisplayName(
            "K01 empty stdin, and an end of file within the bundle, is E_BUNDLE_EOF and exit 78; nothing of it is printed")
    void K01_endOfFile() {
        byte[] bundle = bundle("canary", "echo.jar");
        for (int length : new int[] {0, 7, bundle.length - 1}) {
            try (ChildWorker worker = child(Arrays.copyOf(bundle, length))) {
                worker.closeLifeline();
                refused(worker, "CHILD_BOOTSTRAP: E_BUNDLE_EOF");
            }
        }
    }

    @Test
    @DisplayName("K05 a byte behind the bundle is E_BUNDLE_TRAILING: the worker never connects")
    void K05_trailingByte() {
        byte[] bundle = bundle("canary", "echo.jar");
        try (ChildWorker worker = child(Arrays.copyOf(bundle, bundle.length + 1))) {
            refused(worker, "CHILD_BOOTSTRAP: E_BUNDLE_TRAILING");
        }
    }

    @Test
    @DisplayName("K05 a byte that comes later stops the running worker")
    void K05_trailingByteLater() {
        try (ChildWorker worker = child(bundle("", "echo.jar"))) {
            await().until(supervisor::isReady);
            worker.write(new byte[1]);
            assertThat(worker.exitCode()).isEqualTo(WorkerExit.BUNDLE_REJECTED.code());
            assertThat(worker.stderr()).contains("E_BUNDLE_TRAILING").contains("flushed");
        }
    }

    @Test
    @DisplayName("a class path without Netty is a line with a code and what to do, and no stack trace")
    void classesThatDoNotLoad() {
        List<String> command = ChildWorker.command(echo, other).stream()
                .map(word -> word.replaceAll("[^:]*netty-transport-[0-9][^:]*:", ""))
                .toList();
        try (ChildWorker worker = ChildWorker.start(folder, command)) {
            worker.write(bundle("", "echo.jar"));
            assertThat(worker.exitCode()).isEqualTo(WorkerExit.INTERNAL.code());
            assertThat(worker.stderr())
                    .contains("E_INTERNAL: the worker's own classes do not load", "let class_path hold")
                    .doesNotContain("\tat ");
        }
    }

    @Test
    @DisplayName(
            "CHILD-BOOT-03 bad roots are one error category: exit 78, never a connection, nothing of the bundle printed")
    void CHILD_BOOT_03_badRoots() {
        try (ChildWorker worker = child(bundle("canary", "echo.jar", "canary.jar"))) {
            refused(worker, "CHILD_BOOTSTRAP: E_BUNDLE_FIELD: discovery_roots[1] is not on the class path");
        }
    }

    @Test
    void aContainerThatFailsIsReportedOverTheControlLane() {
        try (ChildWorker worker = child(bundle("fail", "echo.jar"))) {
            assertThat(worker.exitCode()).isEqualTo(WorkerExit.CONTAINER_FAILED.code());
            await().until(() -> !supervisor.statuses.isEmpty());
            WorkerStatus failed = supervisor.statuses.get(0);
            assertThat(failed.getPhase()).isEqualTo(WorkerStatus.Phase.FAILED);
            assertThat(failed.getDetail()).contains("no greeting");
        }
    }

    @Test
    @DisplayName("K11 end of file on the lifeline ends the worker, flushed")
    void K11_lifelineEnds() {
        try (ChildWorker worker = child(bundle("", "echo.jar"))) {
            await().until(supervisor::isReady);
            worker.closeLifeline();
            assertThat(worker.exitCode()).isEqualTo(WorkerExit.ORPHANED.code());
            assertThat(worker.stderr()).contains("flushed");
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void aFolderOfItsOwnIsUsedAndGoneWithAWorkerThatLosesItsSupervisor() {
        Path own = folder.resolve("own");
        List<String> command = new ArrayList<>(ChildWorker.command(echo, other));
        command.add(1, "-Dsallyport.worker.folder=" + own);
        try (ChildWorker worker = ChildWorker.start(folder, command)) {
            worker.write(bundle("", "echo.jar"));
            await().until(supervisor::isReady);
            assertThat(own).as("where the network's library was").isEmptyDirectory();
            worker.closeLifeline();
            assertThat(worker.exitCode()).isEqualTo(WorkerExit.ORPHANED.code());
            assertThat(own).doesNotExist();
        }
    }

    @Test
    void whatAWorkerStartedEndsWithItWhenTheSupervisorIsGone() {
        try (ChildWorker worker = child(bundle("forks", "echo.jar"))) {
            await().until(supervisor::isReady);
            long grandchild = sleeper(worker);
            worker.closeLifeline();
            assertThat(worker.exitCode()).isEqualTo(WorkerExit.ORPHANED.code());
            await().until(() -> !Running.isRunning(grandchild));
        }
    }

    /** The process that a worker's child started, and that sleeps for longer than a test takes. */
    private static long sleeper(ChildWorker worker) {
        await().until(() -> worker.stdout().lines().anyMatch(line -> line.startsWith("sleeps ")));
        long pid = worker.stdout()
                .lines()
                .filter(line -> line.startsWith("sleeps "))
                .mapToLong(line -> Long.parseLong(line.substring("sleeps ".length())))
                .findFirst()
                .orElseThrow();
        assertThat(Running.isRunning(pid)).isTrue();
        return pid;
    }

    @Test
    @DisplayName("K11 neither a stuck call, a stuck flush nor a stuck shutdown hook keeps an orphan alive")
    void K11_stubbornWorker() {
        stubborn.join();
    }

    private static void orphanStubbornWorker() {
        PeerSpec own = PeerSpec.of("parse", "stubborn");
        try (TestServer server = new TestServer(Routes.none());
                ChildWorker worker = ChildWorker.start(folder, ChildWorker.command(echo, other))) {
            worker.write(
                    ChildWorker.bundle(server.server.issue(own), List.of("echo.jar"), Map.of("greeting", "stubborn")));
            await().until(server::isReady);
            Connection connection = server.server.connection(own.id());
            var stuck = connection.call(ECHO, new byte[0], Deadline.after(LIMIT));
            await().until(() -> connection.inFlight() == 1);
            long grandchild = sleeper(worker);
            worker.closeLifeline();
            assertThat(worker.exitCode()).isEqualTo(WorkerExit.ORPHANED.code());
            await().until(() -> !Running.isRunning(grandchild));
            await().until(stuck::isCompletedExceptionally);
        }
    }

    @Test
    @DisplayName("U01 a worker whose parent is killed ends, even when another process holds its lifeline open")
    void U01_parentIsKilled() {
        List<String> command = new ArrayList<>(List.of("sh", "-c", "cat | \"$@\"; exit $?", "sh"));
        command.addAll(ChildWorker.command(echo, other));
        try (ChildWorker shell = ChildWorker.start(folder, command)) {
            shell.write(bundle("", "echo.jar"));
            await().until(supervisor::isReady);
            String answer = say("x");
            ProcessHandle worker = ProcessHandle.of(Long.parseLong(answer.substring(answer.lastIndexOf(' ') + 1)))
                    .orElseThrow();
            shell.handle().destroyForcibly();
            await().until(() -> !Running.isRunning(worker.pid()));
        }
    }

    @Test
    @DisplayName("a worker ignores Ctrl-C and the hang-up of a terminal, tells its threads at a SIGQUIT, and serves on")
    void theTerminalsSignalsAreIgnored() throws Exception {
        try (ChildWorker worker = child(bundle("", "echo.jar"))) {
            await().until(supervisor::isReady);
            long pid = worker.handle().pid();
            if (OS.LINUX.isCurrentOs()) {
                assertThat(Running.ignoredSignals(pid)).contains(SIGHUP, SIGINT).doesNotContain(SIGQUIT, SIGTERM);
            }
            for (String signal : List.of("-INT", "-HUP", "-QUIT")) {
                assertThat(new ProcessBuilder("kill", signal, Long.toString(pid))
                                .start()
                                .waitFor())
                        .isZero();
            }
            await().until(() -> worker.stdout().contains("Full thread dump"));
            assertThat(say("still there")).contains("STILL THERE");
            assertThat(supervisor.statuses)
                    .last()
                    .extracting(WorkerStatus::getPhase)
                    .isEqualTo(WorkerStatus.Phase.READY);
            supervisor.server.stop(peer.id(), order(StopRequest.Mode.DRAIN, 20_000));
            assertThat(worker.exitCode()).isEqualTo(WorkerExit.STOPPED.code());
        }
    }

    private ChildWorker child(byte[] stdin) {
        ChildWorker worker = ChildWorker.start(folder, ChildWorker.command(echo, other));
        worker.write(stdin);
        return worker;
    }

    private byte[] bundle(String greeting, String... roots) {
        Credential credential = supervisor.server.issue(peer);
        return ChildWorker.bundle(credential, List.of(roots), Map.of("greeting", greeting));
    }

    private void refused(ChildWorker worker, String error) {
        assertThat(worker.exitCode()).isEqualTo(WorkerExit.BUNDLE_REJECTED.code());
        assertThat(worker.stderr()).startsWith(error).hasLineCount(1).doesNotContain("canary");
        assertThat(worker.stdout()).isEmpty();
        assertThat(supervisor.opened).isEmpty();
    }

    private String say(String text) {
        PeerId id = peer.id();
        byte[] request = text.getBytes(StandardCharsets.UTF_8);
        return string(supervisor
                .server
                .connection(id)
                .call(ECHO, request, Deadline.after(LIMIT))
                .join());
    }

    private static String string(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static StopRequest order(StopRequest.Mode mode, int timeoutMillis) {
        return StopRequest.newBuilder()
                .setStopId(ByteString.copyFrom(new byte[16]))
                .setMode(mode)
                .setGracefulTimeoutMs(timeoutMillis)
                .setDrainInflight(true)
                .build();
    }
}
