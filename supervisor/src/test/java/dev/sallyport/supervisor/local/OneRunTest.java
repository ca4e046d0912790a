package dev.sallyport.supervisor.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sallyport.supervisor.StopPolicy;
import dev.sallyport.supervisor.StopReport;
import dev.sallyport.supervisor.StopReport.End;
import dev.sallyport.supervisor.StopReport.GroupStop;
import dev.sallyport.supervisor.StopReport.WorkerStop;
import dev.sallyport.transport.Deadline;
import dev.sallyport.transport.MethodDescriptor;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** One run of real child JVMs from start to stop, with calls to two groups and a lost worker of a third; each test looks at its part. */
@EnabledOnOs(OS.LINUX)
class OneRunTest {

    private static final Duration LONG = Duration.ofSeconds(60);
    private static final MethodDescriptor<byte[], byte[]> ECHO = MethodDescriptor.ofBytes("odd/echo");
    private static final byte[] HELLO = "hello".getBytes(StandardCharsets.UTF_8);

    private static final Rig RIG =
            new Rig(LONG, Rig.odd("b", 1, "good", "a"), Rig.odd("a", 2, "good"), Rig.odd("temporary", 1, "good"));

    private static byte[] reply;
    private static byte[] replyToKey;
    private static StopReport report;
    private static StopReport secondReport;

    @BeforeAll
    static void run() {
        RIG.up();
        reply = RIG.supervisor
                .group("a")
                .call(ECHO, HELLO, Deadline.after(LONG))
                .join();
        replyToKey = RIG.supervisor
                .group("b")
                .call(ECHO, HELLO, Deadline.after(LONG), "key")
                .join();
        RIG.process(Rig.id("temporary", 0, 1)).destroyForcibly();
        await().until(() -> RIG.told("failed").count() == 1);
        report = RIG.supervisor.stopGroups(StopPolicy.graceful(LONG));
        secondReport = RIG.supervisor.stopGroups(StopPolicy.graceful(LONG));
    }

    @AfterAll
    static void close() {
        RIG.close();
    }

    private static GroupStop stop(String group) {
        return report.groups().stream()
                .filter(stop -> stop.name().equals(group))
                .findFirst()
                .orElseThrow();
    }

    @Test
    @DisplayName("BOOT-API-01 start, wait until ready, run, stop")
    void BOOT_API_01_aRun() {
        assertThat(reply).isEqualTo(HELLO);
        assertThat(replyToKey).isEqualTo(HELLO);
        assertThat(report.isGraceful()).isTrue();
        assertThat(stop("a").workers()).extracting(WorkerStop::end).containsExactly(End.CLEAN, End.CLEAN);
        assertThat(stop("b").workers()).extracting(WorkerStop::end).containsExactly(End.CLEAN);
        assertThat(report.groups()).containsExactlyInAnyOrderElementsOf(RIG.stops);
        assertThat(secondReport).as("a second stop has the same report").isEqualTo(report);
        assertThat(RIG.stops).as("and no further events").hasSize(3);
    }

    @Test
    @DisplayName("BOOT-API-02 groups start in depends_on order and stop in reverse")
    void BOOT_API_02_order() {
        assertThat(RIG.told("phase"))
                .containsSubsequence(
                        "phase a/0#1 SPAWNED", "phase a/0#1 READY", "phase b/0#1 SPAWNED", "phase b/0#1 READY");
        assertThat(RIG.told("stopped")).containsSubsequence("stopped b GRACEFUL", "stopped a GRACEFUL");
        assertThat(report.groups()).extracting(GroupStop::name).containsSubsequence("b", "a");
    }

    @Test
    @DisplayName("PROC-04 a temporary worker is not replaced, and its group is said to have failed")
    void PROC_04_temporary() {
        assertThat(RIG.told("failed")).singleElement().asString().startsWith("failed temporary ");
        assertThat(RIG.told("lost")).singleElement().asString().contains("was ended by signal 9 (SIGKILL)");
        assertThat(RIG.told("restarting")).isEmpty();
        assertThat(stop("temporary").workers()).extracting(WorkerStop::end).containsExactly(End.ALREADY_EXITED);
    }
}
