package dev.sallyport.supervisor.local;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.supervisor.GroupSpec;
import dev.sallyport.supervisor.RestartPolicy;
import dev.sallyport.supervisor.StopPolicy;
import dev.sallyport.supervisor.StopReport.End;
import dev.sallyport.supervisor.StopReport.Mode;
import dev.sallyport.supervisor.StopReport.Phase;
import dev.sallyport.supervisor.StopReport.WorkerStop;
import dev.sallyport.supervisor.worker.TestRoot;
import dev.sallyport.transport.Deadline;
import dev.sallyport.transport.MethodDescriptor;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The supervisor with the worker runtime in real child JVMs. */
@EnabledOnOs(OS.LINUX)
class RealWorkerTest {

    private static final Duration LONG = Duration.ofSeconds(60);
    private static final MethodDescriptor<byte[], byte[]> SLOW = MethodDescriptor.ofBytes("slow/work");
    private static final MethodDescriptor<byte[], byte[]> HAS_BEGUN = MethodDescriptor.ofBytes("slow/begun");

    @TempDir
    static Path folder;

    private static Path root;
    private static CompletableFuture<Void> badFlush;

    @BeforeAll
    static void compileRoot() {
        root = TestRoot.jar(folder, "slow", """
                @Singleton class Slow implements Worker {
                  private static final java.util.concurrent.CountDownLatch BEGUN = new java.util.concurrent.CountDownLatch(1);
                  private static final java.util.concurrent.CountDownLatch DRAINING = new java.util.concurrent.CountDownLatch(1);
                  Slow(RuntimeLifecycleManager lifecycle) {
                    lifecycle.onDrain(deadline -> DRAINING.countDown());
                  }
                  public Routes routes() {
                    return Routes.builder()
                        .on(MethodDescriptor.ofBytes("slow/work"), (call, in) -> work(in))
                        .on(MethodDescriptor.ofBytes("slow/begun"), (call, in) -> { BEGUN.await(); return new byte[0]; })
                        .build();
                  }
                  private static byte[] work(byte[] in) throws Exception {
                    BEGUN.countDown();
                    DRAINING.await();
                    return in;
                  }
                  public void flush(Deadline deadline) throws Exception {
                    String how = String.valueOf(System.getenv("FLUSH"));
                    if (how.equals("throws")) throw new java.io.IOException("disk full");
                    if (how.equals("hangs")) while (true) java.util.concurrent.locks.LockSupport.park();
                  }
                }
                """);
        // most of it is waiting for the end of a time-out: the other test runs meanwhile
        badFlush = CompletableFuture.runAsync(RealWorkerTest::stopWithBadFlush);
    }

    private static GroupSpec slow(String name, int workers, String flush) {
        return Rig.group(name, workers, "", List.of(root.toString()), Map.of("FLUSH", flush), RestartPolicy.NEVER);
    }

    @Test
    @DisplayName("STOP-IPC-01 calls in flight finish within the time-out, sinks are flushed, and nothing is forced")
    void STOP_IPC_01_drainsWhatIsInFlight() {
        try (Rig rig = new Rig(LONG, slow("slow", 1, "well"))) {
            rig.up();
            CompletableFuture<byte[]> working =
                    rig.supervisor.group("slow").call(SLOW, "x".getBytes(UTF_8), Deadline.after(LONG));
            rig.supervisor
                    .group("slow")
                    .call(HAS_BEGUN, new byte[0], Deadline.after(LONG))
                    .join();
            WorkerStop stop = rig.supervisor
                    .stopGroups(StopPolicy.graceful(LONG))
                    .groups()
                    .get(0)
                    .workers()
                    .get(0);
            assertThat(working.join()).asString(UTF_8).isEqualTo("x");
            assertThat(stop.end()).isEqualTo(End.CLEAN);
            assertThat(stop.phase()).isEqualTo(Phase.STOPPED);
            assertThat(stop.completed()).isEqualTo(1);
            assertThat(stop.abandoned()).isZero();
            assertThat(rig.stops)
                    .singleElement()
                    .satisfies(event -> assertThat(event.mode()).isEqualTo(Mode.GRACEFUL));
        }
    }

    @Test
    @DisplayName("Z13 a flush that throws or hangs is bounded by the same deadline and reported with its phase")
    void Z13_badFlush() {
        badFlush.join();
    }

    private static void stopWithBadFlush() {
        Duration graceful = Duration.ofSeconds(2);
        try (Rig rig = new Rig(graceful, slow("throws", 1, "throws"), slow("hangs", 1, "hangs"))) {
            rig.up();
            rig.supervisor.stopGroups(StopPolicy.graceful(graceful));
            assertThat(rig.stops).hasSize(2).allSatisfy(event -> {
                WorkerStop stop = event.workers().get(0);
                assertThat(stop.phase()).isEqualTo(Phase.DRAINED);
                // on a machine so busy that its exit takes 4 s, SIGTERM may come first
                assertThat(List.of(stop.end(), stop.code())).isIn(List.of(End.EXITED, 74), List.of(End.KILLED, 15));
            });
        }
    }
}
