package dev.sallyport.supervisor.local;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sallyport.proto.v1.StopAck;
import dev.sallyport.proto.v1.StopRequest;
import dev.sallyport.supervisor.BootstrapSupervisor;
import dev.sallyport.supervisor.GroupSpec;
import dev.sallyport.supervisor.RestartPolicy;
import dev.sallyport.supervisor.StopPolicy;
import dev.sallyport.supervisor.StopReport;
import dev.sallyport.supervisor.StopReport.End;
import dev.sallyport.supervisor.StopReport.WorkerStop;
import dev.sallyport.supervisor.worker.TestRoot;
import dev.sallyport.transport.CallException;
import dev.sallyport.transport.Deadline;
import dev.sallyport.transport.MethodDescriptor;
import dev.sallyport.transport.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A worker in a child JVM, its supervisor, and a proxy between them that loses, holds and repeats. */
@EnabledOnOs(OS.LINUX)
class WireTest {

    private static final Duration LONG = Duration.ofSeconds(60);
    private static final MethodDescriptor<byte[], byte[]> WAIT = MethodDescriptor.ofBytes("wire/wait");
    private static final MethodDescriptor<byte[], byte[]> COUNT = MethodDescriptor.ofBytes("wire/count");

    @TempDir
    static Path folder;

    private static Path root;

    private final Relay relay = new Relay();
    private final FaultLauncher launcher = new FaultLauncher((worker, bundle) -> relay.lure(bundle));
    private final Chronicle chronicle = new Chronicle();
    private Path go;
    private Path flushed;
    private BootstrapSupervisor supervisor;

    @BeforeAll
    static void compileRoot() {
        root = TestRoot.jar(folder, "wire", """
                @Singleton class Wire implements Worker {
                  private final java.util.concurrent.atomic.AtomicInteger ran = new java.util.concurrent.atomic.AtomicInteger();
                  public Routes routes() {
                    return Routes.builder()
                        .on(MethodDescriptor.ofBytes("wire/wait"), (call, in) -> waitForGo(in))
                        .on(MethodDescriptor.ofBytes("wire/count"), (call, in) -> new byte[] {(byte) ran.incrementAndGet()})
                        .build();
                  }
                  private static byte[] waitForGo(byte[] in) throws Exception {
                    java.nio.file.Files.createFile(java.nio.file.Path.of(System.getProperty("go") + ".begun"));
                    while (!java.nio.file.Files.exists(java.nio.file.Path.of(System.getProperty("go")))) {
                      java.util.concurrent.locks.LockSupport.parkNanos(5_000_000);
                    }
                    return in;
                  }
                  public void flush(Deadline deadline) throws Exception {
                    java.nio.file.Files.writeString(java.nio.file.Path.of(System.getProperty("flushed")), "flushed\\n",
                        java.nio.file.StandardOpenOption.CREATE, java.nio.file.StandardOpenOption.APPEND);
                  }
                }
                """);
    }

    @BeforeEach
    void create() throws IOException {
        Path own = Files.createTempDirectory(folder, "wire");
        go = own.resolve("go");
        flushed = own.resolve("flushed");
        GroupSpec group = Rig.with(
                Rig.group("wire", 1, "", List.of(root.toString()), Map.of(), RestartPolicy.NEVER),
                "-Dgo=" + go,
                "-Dflushed=" + flushed);
        supervisor = launcher.supervisor(Rig.config(Rig.READY, LONG, group), chronicle);
    }

    @AfterEach
    void close() throws IOException {
        Files.writeString(go, "go");
        supervisor.close();
        relay.close();
        chronicle.check("wire");
    }

    private void up() {
        supervisor.startGroups();
        supervisor.waitReady(Rig.READY);
    }

    private CompletableFuture<byte[]> call(MethodDescriptor<byte[], byte[]> method) {
        return supervisor.group("wire").call(method, new byte[] {7}, Deadline.after(LONG));
    }

    /** A call that is in its handler, and stays there until the file {@code go} is written. */
    private CompletableFuture<byte[]> beginToWait() {
        CompletableFuture<byte[]> waiting = call(WAIT);
        await().until(() -> Files.exists(go.resolveSibling("go.begun")));
        return waiting;
    }

    private CompletableFuture<StopReport> stop() {
        return CompletableFuture.supplyAsync(() -> supervisor.stopGroups(StopPolicy.graceful(LONG)));
    }

    private boolean duplicateWasAcknowledged() {
        return relay.acks.stream().anyMatch(StopAck::getDuplicate);
    }

    private void drainedOnce(StopReport report) throws IOException {
        WorkerStop stop = report.groups().get(0).workers().get(0);
        assertThat(stop.end()).isEqualTo(End.CLEAN);
        assertThat(stop.completed()).isEqualTo(1);
        assertThat(Files.readAllLines(flushed, UTF_8)).containsExactly("flushed");
        assertThat(relay.stops)
                .extracting(StopRequest::getStopId)
                .containsOnly(relay.stops.get(0).getStopId());
    }

    @Test
    @DisplayName("Z01 the same order twice: one drain, the second acknowledgement says duplicate")
    void Z01_stopTwiceSameId() throws IOException {
        up();
        CompletableFuture<byte[]> waiting = beginToWait();
        relay.repeats.set(1);
        CompletableFuture<StopReport> stopped = stop();
        await().until(this::duplicateWasAcknowledged);
        Files.writeString(go, "go");
        drainedOnce(stopped.join());
        assertThat(waiting.join()).hasSize(1);
    }

    @Test
    @DisplayName("Z02 a stop during the handshake waits for the session, and is the first frame behind READY")
    void Z02_stopDuringHandshake() {
        relay.gate = new CountDownLatch(1);
        supervisor.startGroups();
        CompletableFuture<StopReport> stopped = stop();
        // the order has been taken when nothing new is called any more
        await().until(() -> call(COUNT)
                        .handle((answer, failure) -> failure instanceof CallException e ? e.outcome() : Outcome.OK)
                        .join()
                == Outcome.DRAINING);
        assertThat(relay.toWorker).isEmpty();
        relay.gate.countDown();
        assertThat(stopped.join().isGraceful()).isTrue();
        assertThat(relay.toWorker).startsWith(1, 10);
        assertThat(relay.acks).extracting(StopAck::getPhase).contains(StopAck.Phase.STOPPED);
    }

    @Test
    @DisplayName("Z03 ack lost (the connection goes behind STOP): resent on the new session, one drain, duplicate")
    void Z03_ackLost() throws IOException {
        up();
        CompletableFuture<byte[]> waiting = beginToWait();
        relay.cutsAfterStop.set(1);
        CompletableFuture<StopReport> stopped = stop();
        await().until(this::duplicateWasAcknowledged);
        assertThat(relay.toWorker).containsExactly(1, 10, 1, 10);
        Files.writeString(go, "go");
        drainedOnce(stopped.join());
        assertThat(waiting.join()).hasSize(1);
    }

    @Test
    @DisplayName(
            "U04 reset in the middle of a frame: a new session, and no call is said to have ended well that did not")
    void U04_resetInTheMiddleOfAFrame() {
        up();
        assertThat(call(COUNT).join()).containsExactly(1);
        int sessions = relay.sessions.get();
        relay.cutsInAnswer.set(1);
        assertThat(call(COUNT).handle((answer, failure) -> failure).join())
                .isInstanceOfSatisfying(CallException.class, e -> {
                    assertThat(e.outcome()).isEqualTo(Outcome.WORKER_LOST);
                    assertThat(e.ran()).as("it may have run").isTrue();
                });
        await().ignoreExceptions().until(() -> call(COUNT).join().length == 1);
        assertThat(relay.sessions.get()).isEqualTo(sessions + 1);
        assertThat(call(COUNT).join()).as("the lost call ran once").containsExactly(4);
        assertThat(chronicle.lines()).noneMatch(line -> line.startsWith("lost"));
    }
}
