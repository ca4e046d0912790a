package dev.sallyport.supervisor.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.sallyport.supervisor.GroupSpec;
import dev.sallyport.supervisor.RestartPolicy;
import dev.sallyport.transport.CallException;
import dev.sallyport.transport.Deadline;
import dev.sallyport.transport.MethodDescriptor;
import dev.sallyport.transport.Outcome;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** One supervisor with real child JVMs, and a group for each test whose worker makes room for another. */
@EnabledOnOs(OS.LINUX)
class ReplacedWorkersTest {

    private static final Duration LONG = Duration.ofSeconds(60);
    private static final MethodDescriptor<byte[], byte[]> ECHO = MethodDescriptor.ofBytes("odd/echo");
    private static final MethodDescriptor<byte[], byte[]> EXIT = MethodDescriptor.ofBytes("odd/exit");

    private static final Rig RIG = new Rig(
            LONG,
            Rig.odd("crashing", 1, "good", restarts(5)),
            Rig.odd("recycled", 1, "good", restarts(0)).toBuilder()
                    .recycle(new GroupSpec.Recycle(20, 0, 0))
                    .build());

    private static RestartPolicy restarts(int most) {
        return new RestartPolicy(
                RestartPolicy.Type.PERMANENT,
                most,
                Duration.ofSeconds(60),
                Duration.ofMillis(1),
                Duration.ofMillis(10));
    }

    /** Waits for what comes once in a second: the other test runs meanwhile. */
    private static CompletableFuture<Void> recycled;

    @BeforeAll
    static void up() {
        RIG.up();
        recycled = CompletableFuture.runAsync(ReplacedWorkersTest::callUntilRecycled);
    }

    @AfterAll
    static void close() {
        RIG.close();
    }

    /** What was told of the workers of one group. */
    private static Stream<String> told(String kind, String group) {
        return RIG.told(kind + " " + group + "/");
    }

    @Test
    @DisplayName("PROC-03 a crash surfaces as one category of one call outcome, at once, and the policy is followed")
    void PROC_03_crash() {
        CompletionException failure = catchThrowableOfType(
                CompletionException.class,
                () -> RIG.supervisor
                        .group("crashing")
                        .call(EXIT, new byte[] {7}, Deadline.after(LONG))
                        .join());
        assertThat(failure.getCause())
                .isInstanceOfSatisfying(
                        CallException.class, e -> assertThat(e.outcome()).isEqualTo(Outcome.WORKER_LOST));
        await().until(() -> RIG.told.contains("phase crashing/0#2 READY"));
        assertThat(told("lost", "crashing")).singleElement().asString().contains("exited with 7", "phase READY");
        assertThat(told("restarting", "crashing")).containsExactly("restarting crashing/0#2");
        byte[] hello = {1};
        await().ignoreExceptions()
                .until(() -> RIG.supervisor
                                .group("crashing")
                                .call(ECHO, hello, Deadline.after(LONG))
                                .join()
                                .length
                        == 1);
    }

    @Test
    @DisplayName(
            "a worker that served its number of requests is replaced without a lost call, and not counted as restarted")
    void recycledWithoutALostCall() {
        recycled.join();
        assertThat(told("replacing", "recycled").findFirst().orElseThrow())
                .startsWith("replacing recycled/0#1 recycled/0#2 max_requests: ");
        assertThat(RIG.told).containsSubsequence("phase recycled/0#2 READY", "replaced recycled/0#1 CLEAN");
        assertThat(told("lost", "recycled")).isEmpty();
        assertThat(told("restarting", "recycled")).isEmpty();
    }

    private static void callUntilRecycled() {
        await().pollInterval(Duration.ofMillis(1)).until(() -> {
            assertThat(RIG.supervisor
                            .group("recycled")
                            .call(ECHO, new byte[1], Deadline.after(LONG), "key")
                            .join())
                    .hasSize(1);
            return told("replaced", "recycled").findAny().isPresent();
        });
    }
}
