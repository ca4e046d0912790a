package dev.sallyport.supervisor.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import dev.sallyport.proto.v1.StopAck;
import dev.sallyport.proto.v1.StopRequest;
import dev.sallyport.proto.v1.StopRequest.Mode;
import dev.sallyport.proto.v1.WorkerStatus;
import dev.sallyport.supervisor.WorkerExit;
import dev.sallyport.supervisor.bootstrap.BundleBytes;
import dev.sallyport.supervisor.bootstrap.ClassPath;
import dev.sallyport.supervisor.bootstrap.WorkerBlueprint;
import dev.sallyport.transport.RejectReason;
import dev.sallyport.transport.keys.IssuedCredential;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The worker's life against a supervisor that the test plays. */
class WorkerRuntimeTest {

    @TempDir
    static Path folder;

    private static ClassPath classPath;

    private final FakeControlPlane supervisor = new FakeControlPlane();

    @BeforeAll
    static void compileRoots() {
        Path sink = TestRoot.jar(folder, "sink", """
                @Singleton class Sink implements Worker {
                  Sink(WorkerContext context, RuntimeLifecycleManager lifecycle, RuntimeTransportService transport) {
                    if (context.selectors().containsKey("fail")) throw new IllegalStateException("line one\\nline two");
                    while (System.getProperty("sink.how", "").equals("waits")) {
                      System.setProperty("sink.waiting", "");
                      Thread.onSpinWait();
                    }
                    System.setProperty("sink.open.in.constructor", "" + transport.isOpen());
                    lifecycle.onDrain(deadline -> System.setProperty("sink.drain", lifecycle.phase().name()));
                    if (context.runtime().contains("1234")) lifecycle.requestStop("done");
                  }
                  @io.avaje.inject.PreDestroy void destroy() { System.setProperty("sink.destroyed", ""); }
                  public Routes routes() {
                    return Routes.builder().on(MethodDescriptor.ofBytes("sink/put"), (call, in) -> in).build();
                  }
                  public void flush(Deadline deadline) throws Exception {
                    System.setProperty("sink.flush", "" + deadline.remaining().toMillis());
                    String how = System.getProperty("sink.how", "");
                    if (how.equals("throws")) throw new java.io.IOException("disk full");
                    if (how.equals("hangs")) new java.util.concurrent.CountDownLatch(1).await();
                  }
                }
                """);
        classPath = TestRoot.classPath(sink);
    }

    @AfterEach
    void forgetProperties() {
        System.getProperties().keySet().removeIf(key -> key.toString().startsWith("sink."));
    }

    @Test
    void reportsItsPhasesAndTheMethodsItServes() {
        start(supervisor, "{}");
        assertThat(supervisor.phases()).containsExactly(WorkerStatus.Phase.CONTAINER_UP, WorkerStatus.Phase.READY);
        assertThat(supervisor.statuses.get(1).getMethodsList()).containsExactly("sink/put");
        assertThat(supervisor.routes.join().methods()).containsExactly("sink/put");
        assertThat(System.getProperty("sink.open.in.constructor")).isEqualTo("false");
    }

    @Test
    void anOrderedStopDrainsFlushesAndSaysGoodbye() {
        supervisor.serving.set(1);
        WorkerRuntime runtime = start(supervisor, "{}");
        supervisor.order(order(1, Mode.DRAIN, 30_000));
        await().until(() -> supervisor.acknowledged().contains(StopAck.Phase.INGRESS_CLOSED));
        supervisor.served();
        assertThat(runtime.ended().orTimeout(20, TimeUnit.SECONDS).join()).isEqualTo(WorkerExit.STOPPED);
        assertThat(supervisor.closed).isDone();
        assertThat(supervisor.acknowledged())
                .containsExactly(
                        StopAck.Phase.ACCEPTED,
                        StopAck.Phase.INGRESS_CLOSED,
                        StopAck.Phase.DRAINED,
                        StopAck.Phase.FLUSHED,
                        StopAck.Phase.STOPPED);
        assertThat(supervisor.acks.get(4).getCompleted()).isEqualTo(1);
        assertThat(System.getProperty("sink.flush")).isNotNull();
        await().until(() -> System.getProperty("sink.drain") != null);
    }

    @Test
    void anImmediateStopGivesUpWhatIsServed() {
        supervisor.serving.set(2);
        WorkerRuntime runtime = start(supervisor, "{}");
        supervisor.order(order(1, Mode.DRAIN, 30_000));
        supervisor.order(order(2, Mode.IMMEDIATE, 2_000));
        assertThat(runtime.ended().orTimeout(20, TimeUnit.SECONDS).join()).isEqualTo(WorkerExit.STOPPED);
        StopAck last = supervisor.acks.get(supervisor.acks.size() - 1);
        assertThat(last.getPhase()).isEqualTo(StopAck.Phase.STOPPED);
        assertThat(last.getAbandoned()).isEqualTo(2);
    }

    @Test
    void aFlushThatThrowsEndsWithItsOwnCode() {
        System.setProperty("sink.how", "throws");
        WorkerRuntime runtime = start(supervisor, "{}");
        supervisor.order(order(1, Mode.DRAIN, 30_000));
        assertThat(runtime.ended().orTimeout(20, TimeUnit.SECONDS).join()).isEqualTo(WorkerExit.NOT_FLUSHED);
        assertThat(supervisor.acknowledged()).endsWith(StopAck.Phase.DRAINED);
    }

    @Test
    void aFlushThatHangsIsGivenUpAtTheDeadline() {
        System.setProperty("sink.how", "hangs");
        WorkerRuntime runtime = start(supervisor, "{}");
        supervisor.order(order(1, Mode.DRAIN, 1));
        assertThat(runtime.ended().orTimeout(20, TimeUnit.SECONDS).join()).isEqualTo(WorkerExit.NOT_FLUSHED);
    }

    @Test
    void aWorkerMayAskForItsOwnEnd() {
        WorkerRuntime runtime = start(supervisor, "{\"graceful_timeout_ms\":1234}");
        assertThat(runtime.ended().orTimeout(20, TimeUnit.SECONDS).join()).isEqualTo(WorkerExit.STOPPED);
        assertThat(supervisor.acks).isEmpty();
        assertThat(supervisor.closed).isDone();
    }

    @Test
    void aContainerThatFailsIsReportedOnOneLine() {
        WorkerRuntime runtime = start(supervisor, "{}", "fail");
        assertThat(runtime.ended().orTimeout(20, TimeUnit.SECONDS).join()).isEqualTo(WorkerExit.CONTAINER_FAILED);
        assertThat(supervisor.phases()).containsExactly(WorkerStatus.Phase.FAILED);
        WorkerStatus failed = supervisor.statuses.get(0);
        assertThat(failed.getCategory()).isEqualTo("CHILD_BOOTSTRAP");
        assertThat(failed.getDetail()).contains("line one line two");
        assertThat(failed.getDetail().getBytes(StandardCharsets.UTF_8)).hasSizeLessThanOrEqualTo(256);
    }

    @Test
    void aSupervisorThatDoesNotProveItselfEndsIt() {
        WorkerRuntime runtime = start(new FakeControlPlane(RejectReason.E_PEER_AUTH), "{}");
        assertThat(runtime.ended()).isCompletedWithValue(WorkerExit.CONNECT_FAILED);
    }

    @Test
    void aControlLaneThatIsGoneForGoodEndsIt() {
        WorkerRuntime runtime = start(supervisor, "{}");
        supervisor.lose(RejectReason.E_SUPERSEDED);
        assertThat(runtime.ended().orTimeout(20, TimeUnit.SECONDS).join()).isEqualTo(WorkerExit.ORPHANED);
        assertThat(System.getProperty("sink.flush"))
                .as("sinks have their turn even so")
                .isNotNull();
    }

    @Test
    void aStopThatComesWhileTheContainerIsBuiltIsObeyedAndLeavesNothingOpen() throws Exception {
        System.setProperty("sink.how", "waits");
        CompletableFuture<WorkerRuntime> starting = CompletableFuture.supplyAsync(() -> start(supervisor, "{}"));
        await().until(() -> System.getProperty("sink.waiting") != null);
        supervisor.order(order(1, Mode.DRAIN, 30_000));
        await().until(supervisor.closed::isDone);
        System.setProperty("sink.how", "");
        WorkerRuntime runtime = starting.get(20, TimeUnit.SECONDS);
        assertThat(runtime.ended()).isCompletedWithValue(WorkerExit.STOPPED);
        assertThat(supervisor.statuses).isEmpty();
        assertThat(System.getProperty("sink.destroyed")).isNotNull();
    }

    private static WorkerRuntime start(FakeControlPlane supervisor, String runtime, String... selectors) {
        try (IssuedCredential plain = BundleBytes.credential(1, List.of("sink.jar"), runtime);
                IssuedCredential credential = plain.withMetadata(
                        "test",
                        List.of("sink.jar"),
                        Stream.of(selectors).collect(Collectors.toMap(name -> name, name -> "yes")),
                        runtime)) {
            WorkerRuntime worker = new WorkerRuntime(supervisor, WorkerBlueprint.of(credential, classPath), List.of());
            worker.start();
            return worker;
        }
    }

    private static StopRequest order(int id, Mode mode, int timeoutMillis) {
        byte[] stopId = new byte[16];
        stopId[0] = (byte) id;
        return StopRequest.newBuilder()
                .setStopId(ByteString.copyFrom(stopId))
                .setMode(mode)
                .setGracefulTimeoutMs(timeoutMillis)
                .setDrainInflight(true)
                .build();
    }
}
