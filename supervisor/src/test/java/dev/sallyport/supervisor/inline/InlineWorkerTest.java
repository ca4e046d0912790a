package dev.sallyport.supervisor.inline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import dev.sallyport.proto.v1.StopRequest;
import dev.sallyport.supervisor.GroupSpec;
import dev.sallyport.supervisor.RestartPolicy;
import dev.sallyport.supervisor.WorkerExit;
import dev.sallyport.supervisor.process.LaunchSpec;
import dev.sallyport.supervisor.process.WorkerProcess;
import dev.sallyport.supervisor.worker.ChildWorker;
import dev.sallyport.supervisor.worker.TestRoot;
import dev.sallyport.supervisor.worker.TestServer;
import dev.sallyport.transport.Deadline;
import dev.sallyport.transport.MethodDescriptor;
import dev.sallyport.transport.PeerId;
import dev.sallyport.transport.PeerSpec;
import dev.sallyport.transport.Routes;
import dev.sallyport.transport.Transport;
import dev.sallyport.transport.TransportConfig;
import dev.sallyport.transport.inline.InlineTransport;
import dev.sallyport.transport.loopback.LoopbackTransport;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Workers in this process, over both media. */
class InlineWorkerTest {

    /** What carries the sessions. */
    enum Medium {
        IN_MEMORY,
        LOOPBACK;

        Transport open(TransportConfig config) {
            return this == LOOPBACK ? LoopbackTransport.create(config) : InlineTransport.create(config);
        }
    }

    private static final MethodDescriptor<byte[], byte[]> COUNT = MethodDescriptor.ofBytes("counter/next");
    private static final Duration LIMIT = Duration.ofSeconds(30);

    @TempDir
    static Path folder;

    @BeforeAll
    static void compileRoots() {
        TestRoot.jar(folder, "counter", """
                @Singleton class Counter implements Worker {
                  static int counted;
                  public Routes routes() {
                    return Routes.builder().on(MethodDescriptor.ofBytes("counter/next"), this::next).build();
                  }
                  private synchronized byte[] next(CallContext call, byte[] in) {
                    if (in.length > 0) {
                      System.setProperty("counter.stuck", "yes");
                      while (true) java.util.concurrent.locks.LockSupport.park();
                    }
                    return String.valueOf(++counted).getBytes();
                  }
                }
                """);
    }

    @ParameterizedTest
    @EnumSource
    void livesAsAProcessDoesAndSharesNoState(Medium medium) throws Exception {
        try (TestServer supervisor = server(medium);
                InlineLauncher launcher = new InlineLauncher(List.of(group()), medium::open)) {
            WorkerProcess first = launch(supervisor, launcher, "0");
            WorkerProcess second = launch(supervisor, launcher, "1");
            await().until(() -> supervisor.statuses.size() == 4);
            assertThat(List.of(call(supervisor, "0"), call(supervisor, "0"), call(supervisor, "1")))
                    .containsExactly("1", "2", "1");
            assertThat(supervisor.server.stop(id("0"), order())).isTrue();
            assertThat(first.exited().get(30, TimeUnit.SECONDS)).isZero();
            assertThat(first.sweep(Duration.ofSeconds(1))).isEmpty();
            second.lifeline().close();
            assertThat(second.exited().get(30, TimeUnit.SECONDS)).isEqualTo(75);
        }
    }

    @Test
    void everyJarOfAFolderIsOnItsClassPath_asInAProcess() throws Exception {
        try (TestServer supervisor = server(Medium.IN_MEMORY);
                InlineLauncher launcher = new InlineLauncher(List.of(group("counter", "*")), InlineTransport::create)) {
            WorkerProcess worker = launch(supervisor, launcher, "0");
            await().until(supervisor::isReady);
            assertThat(call(supervisor, "0")).isEqualTo("1");
            assertThat(supervisor.server.stop(id("0"), order())).isTrue();
            assertThat(worker.exited().get(30, TimeUnit.SECONDS)).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aRefusedBundleIsTheSameErrorAsInAProcess(Medium medium) throws Exception {
        try (TestServer supervisor = server(medium);
                InlineLauncher launcher = new InlineLauncher(List.of(group()), medium::open)) {
            WorkerProcess worker = launcher.launch(new LaunchSpec(id("0"), List.of(), Map.of()));
            byte[] bundle = bundle(supervisor, "0", "missing.jar");
            worker.lifeline().write(bundle);
            assertThat(worker.exited().get(30, TimeUnit.SECONDS)).isEqualTo(78);
            assertThat(worker.traces()).singleElement().asString().startsWith("CHILD_BOOTSTRAP: E_BUNDLE_FIELD");
            assertThat(supervisor.opened).isEmpty();

            WorkerProcess cut = launcher.launch(new LaunchSpec(id("1"), List.of(), Map.of()));
            cut.lifeline().write(Arrays.copyOf(bundle, 40));
            cut.terminate();
            assertThat(cut.exited().get(30, TimeUnit.SECONDS)).isEqualTo(143);
        }
    }

    @Test
    void anErrorOfUserCodeEndsItAsItWouldAProcess() throws Exception {
        TestRoot.jar(folder, "deep", """
                @Singleton class Deep implements Worker {
                  Deep() { throw new StackOverflowError("of user code"); }
                  public Routes routes() { return Routes.none(); }
                }
                """);
        GroupSpec deep = group("deep");
        try (TestServer supervisor = server(Medium.IN_MEMORY);
                InlineLauncher launcher = new InlineLauncher(List.of(deep), InlineTransport::create)) {
            WorkerProcess worker = launcher.launch(new LaunchSpec(id("0"), List.of(), Map.of()));
            worker.lifeline().write(bundle(supervisor, "0", "deep.jar"));
            assertThat(worker.exited().get(30, TimeUnit.SECONDS)).isEqualTo(WorkerExit.INTERNAL.code());
            assertThat(worker.traces()).singleElement().asString().contains("of user code");
        }
    }

    @Test
    void forceEndsItAndNamesWhatStillRuns() throws Exception {
        try (TestServer supervisor = server(Medium.IN_MEMORY);
                InlineLauncher launcher = new InlineLauncher(List.of(group()), InlineTransport::create)) {
            WorkerProcess worker = launch(supervisor, launcher, "0");
            await().until(supervisor::isReady);
            var stuck = supervisor.server.connection(id("0")).call(COUNT, new byte[1], Deadline.after(LIMIT));
            await().until(() -> System.getProperty("counter.stuck") != null);
            System.clearProperty("counter.stuck");
            worker.kill();
            assertThat(worker.exited()).isCompletedWithValue(137);
            assertThat(worker.sweep(Duration.ZERO)).containsExactly("threads of worker counters/0#1 in this process");
            await().until(stuck::isCompletedExceptionally);
            assertThat(worker.sweep(LIMIT))
                    .as("the runtime itself ends all the same")
                    .isEmpty();
        }
    }

    @Test
    void whatOnlyAProcessCanRunIsRefused() throws Exception {
        GroupSpec foreign = GroupSpec.builder("python")
                .command(List.of("python3", "worker.py"))
                .restart(RestartPolicy.NEVER)
                .build();
        try (InlineLauncher launcher = new InlineLauncher(List.of(foreign), InlineTransport::create)) {
            PeerId worker = new PeerId("python", "0", 1);
            assertThatThrownBy(() -> launcher.launch(new LaunchSpec(worker, List.of(), Map.of())))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("process_supervisor");
        }
    }

    private static TestServer server(Medium medium) {
        return new TestServer(medium.open(TransportConfig.defaults()), Routes.none());
    }

    private static WorkerProcess launch(TestServer supervisor, InlineLauncher launcher, String worker)
            throws IOException {
        WorkerProcess process = launcher.launch(new LaunchSpec(id(worker), List.of(), Map.of()));
        process.lifeline().write(bundle(supervisor, worker, "counter.jar"));
        return process;
    }

    private static byte[] bundle(TestServer supervisor, String worker, String root) {
        return ChildWorker.bundle(supervisor.server.issue(PeerSpec.of("counters", worker)), List.of(root), Map.of());
    }

    private static String call(TestServer supervisor, String worker) {
        byte[] answer = supervisor
                .server
                .connection(id(worker))
                .call(COUNT, new byte[0], Deadline.after(LIMIT))
                .join();
        return new String(answer, StandardCharsets.UTF_8);
    }

    private static PeerId id(String worker) {
        return new PeerId("counters", worker, 1);
    }

    private static GroupSpec group() {
        return group("counter");
    }

    private static GroupSpec group(String root) {
        return group(root, root + ".jar");
    }

    private static GroupSpec group(String root, String entry) {
        return GroupSpec.builder("counters")
                .workers(2)
                .classPath(List.of(folder.resolve(entry).toString()))
                .discoveryRoots(List.of(root + ".jar"))
                .restart(RestartPolicy.NEVER)
                .build();
    }

    private static StopRequest order() {
        return StopRequest.newBuilder()
                .setStopId(ByteString.copyFrom(new byte[16]))
                .setMode(StopRequest.Mode.DRAIN)
                .setGracefulTimeoutMs(20_000)
                .setDrainInflight(true)
                .build();
    }
}
