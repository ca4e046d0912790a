package dev.sallyport.supervisor.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sallyport.supervisor.GroupSpec;
import dev.sallyport.supervisor.StopPolicy;
import dev.sallyport.supervisor.StopReport;
import dev.sallyport.supervisor.StopReport.End;
import dev.sallyport.supervisor.StopReport.GroupStop;
import dev.sallyport.supervisor.StopReport.Mode;
import dev.sallyport.supervisor.StopReport.Phase;
import dev.sallyport.supervisor.StopReport.WorkerStop;
import dev.sallyport.supervisor.process.Running;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/**
 * One stop of a dozen groups at once, each of real child JVMs that behave in their own way, and what became of each. Those that end by
 * themselves have all the time they want; when they have ended, a second order leaves the others little.
 */
@EnabledOnOs(OS.LINUX)
class StopEndingsTest {

    private static final Duration PATIENT = Duration.ofSeconds(60);
    private static final Duration HASTENED = Duration.ofMillis(500);
    private static final long FORCE_MILLIS = 9_000;
    private static final List<String> END_BY_THEMSELVES =
            List.of("good", "exits-1", "segv", "refuses", "grandchild", "dead");
    private static final List<String> BEHAVIOURS = List.of(
            "good", "exits-1", "segv", "refuses", "acks-and-stays", "ignores", "cancelled", "no-term", "grandchild");

    private static Rig rig;
    private static StopReport report;

    /** The bound of the second order, counted from the first. */
    private static long boundMillis;

    private static ProcessHandle grandchild;

    @BeforeAll
    static void stopAll() throws Exception {
        rig = new Rig(
                PATIENT,
                Stream.concat(
                                BEHAVIOURS.stream().map(odd -> Rig.odd(odd, 1, odd)),
                                Stream.of(Rig.odd("paused", 1, "good"), Rig.odd("dead", 1, "good")))
                        .toArray(GroupSpec[]::new));
        rig.up();
        grandchild =
                rig.process(Rig.id("grandchild", 0, 1)).children().findFirst().orElseThrow();
        signal("-STOP", "paused");
        signal("-KILL", "dead");
        await().until(() -> rig.told("lost dead").count() == 1);
        report = stopInTwoOrders();
    }

    private static StopReport stopInTwoOrders() {
        long ordered = System.nanoTime();
        CompletableFuture<StopReport> stopped =
                CompletableFuture.supplyAsync(() -> rig.supervisor.stopGroups(StopPolicy.graceful(PATIENT)));
        await().until(() ->
                rig.stops.stream().map(GroupStop::name).toList().containsAll(END_BY_THEMSELVES) || stopped.isDone());
        boundMillis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - ordered) + HASTENED.toMillis() + FORCE_MILLIS;
        StopReport hastened = rig.supervisor.stopGroups(StopPolicy.graceful(HASTENED));
        assertThat(stopped.join()).as("both orders are one stop").isEqualTo(hastened);
        return hastened;
    }

    private static void signal(String signal, String group) throws IOException, InterruptedException {
        String pid = Long.toString(rig.process(Rig.id(group, 0, 1)).pid());
        assertThat(new ProcessBuilder("kill", signal, pid).start().waitFor()).isZero();
    }

    @AfterAll
    static void close() {
        rig.close();
    }

    private static GroupStop stop(String group) {
        return report.groups().stream()
                .filter(stop -> stop.name().equals(group))
                .findFirst()
                .orElseThrow();
    }

    private static void ended(String group, End end, int code, Phase phase, Mode mode) {
        GroupStop stop = stop(group);
        WorkerStop worker = stop.workers().get(0);
        assertThat(worker.end()).isEqualTo(end);
        assertThat(worker.code()).isEqualTo(code);
        assertThat(worker.phase()).isEqualTo(phase);
        assertThat(worker.survivors()).isEmpty();
        assertThat(stop.mode()).isEqualTo(mode);
    }

    @Test
    @DisplayName("STOP-IPC-01 a worker that drains in time is not forced, and heard the configured values")
    void STOP_IPC_01_graceful() {
        ended("good", End.CLEAN, 0, Phase.STOPPED, Mode.GRACEFUL);
    }

    @Test
    @DisplayName("STOP-IPC-02 time-out: cancelled, then forced")
    void STOP_IPC_02_forced() {
        ended("ignores", End.KILLED, 15, Phase.SENT, Mode.FORCED);
        assertThat(stop("cancelled").mode()).isEqualTo(Mode.FORCED);
        // on a machine so busy that its exit takes 2 s, SIGTERM may come first
        assertThat(stop("cancelled").workers().get(0).end()).isIn(End.CLEAN, End.KILLED);
    }

    @Test
    @DisplayName("STOP-IPC-03 exactly one stop event a group, the same as in the report")
    void STOP_IPC_03_oneEventPerGroup() {
        assertThat(rig.stops).containsExactlyElementsOf(report.groups());
        assertThat(rig.stops)
                .extracting(GroupStop::name)
                .doesNotHaveDuplicates()
                .hasSize(BEHAVIOURS.size() + 2);
    }

    @Test
    @DisplayName("Z04 a drain that never ends, by a worker that does not even take SIGTERM: killed")
    void Z04_drainNeverEnds() {
        ended("no-term", End.KILLED, 9, Phase.SENT, Mode.FORCED);
    }

    @Test
    @DisplayName("Z05 worker acknowledges, then ignores: as Z04, with its phase")
    void Z05_acknowledgedAndIgnored() {
        ended("acks-and-stays", End.KILLED, 15, Phase.STOPPED, Mode.FORCED);
    }

    @Test
    @DisplayName("Z06 worker crashes during drain: by exit code, by signal")
    void Z06_crashDuringDrain() {
        ended("exits-1", End.EXITED, 1, Phase.SENT, Mode.GRACEFUL);
        // HotSpot turns a SIGSEGV into its fatal error handler and SIGABRT
        ended("segv", End.CRASHED, 6, Phase.SENT, Mode.GRACEFUL);
    }

    @Test
    @DisplayName("Z07 a worker stopped by SIGSTOP: killed within the bound")
    void Z07_sigstopped() {
        WorkerStop worker = stop("paused").workers().get(0);
        assertThat(worker.end()).isEqualTo(End.KILLED);
        assertThat(stop("paused").mode()).isEqualTo(Mode.FORCED);
    }

    @Test
    @DisplayName("Z08 what a worker started ends with it")
    void Z08_grandchild() {
        ended("grandchild", End.CLEAN, 0, Phase.STOPPED, Mode.GRACEFUL);
        await().until(() -> !Running.isRunning(grandchild.pid()));
    }

    @Test
    @DisplayName("Z09 a worker that was dead: recorded, and nothing forced")
    void Z09_alreadyExited() {
        WorkerStop worker = stop("dead").workers().get(0);
        assertThat(worker.end()).isEqualTo(End.ALREADY_EXITED);
        assertThat(worker.code()).as("128 and SIGKILL").isEqualTo(137);
        assertThat(stop("dead").mode()).isEqualTo(Mode.GRACEFUL);
    }

    @Test
    @DisplayName("Z10 all stop in one bound, not in a sum")
    void Z10_oneBound() {
        assertThat(report.groups()).allSatisfy(stop -> assertThat(stop.millis()).isLessThan(boundMillis));
        assertThat(report.groups().stream().mapToLong(GroupStop::millis).sum()).isGreaterThan(boundMillis);
    }

    @Test
    @DisplayName("Z11 worker answers REFUSED: forced at once")
    void Z11_refused() {
        ended("refuses", End.KILLED, 15, Phase.REFUSED, Mode.FORCED);
        assertThat(rig.stops)
                .extracting(GroupStop::name)
                .as("before the time to drain is over, which others use up")
                .containsSubsequence("refuses", "ignores");
    }

    @Test
    void noProcessIsLeft() {
        assertThat(rig.pids.values()).noneMatch(pid -> ProcessHandle.of(pid).isPresent());
    }
}
