package dev.sallyport.supervisor.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.supervisor.StopPolicy;
import dev.sallyport.supervisor.StopReport;
import dev.sallyport.supervisor.StopReport.End;
import dev.sallyport.supervisor.StopReport.GroupStop;
import dev.sallyport.supervisor.StopReport.WorkerStop;
import dev.sallyport.supervisor.process.Running;
import java.time.Duration;
import java.util.stream.LongStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** The bound of a stop with as many real processes as the protocol names. */
@Tag("soak")
@EnabledOnOs(OS.LINUX)
class ManyWorkersSoakTest {

    private static final Duration GRACEFUL = Duration.ofSeconds(5);
    private static final int GOOD = 49;

    @Test
    @DisplayName("Z10 stop all 50 workers, one of which hangs: the others are clean, and all of it takes one bound")
    void Z10_fiftyWorkers() {
        try (Rig rig = new Rig(GRACEFUL, Rig.odd("good", GOOD, "good"), Rig.odd("hangs", 1, "no-term"))) {
            rig.up();
            long ordered = System.nanoTime();
            StopReport report = rig.supervisor.stopGroups(StopPolicy.graceful(GRACEFUL));
            long millis = (System.nanoTime() - ordered) / 1_000_000;
            GroupStop good = stop(report, "good");
            GroupStop hanging = stop(report, "hangs");
            System.out.printf(
                    "50 workers stopped in %d ms: 49 good ones in %d ms (the slowest %d ms), the one that hangs in %d ms%n",
                    millis, good.millis(), slowest(good), hanging.millis());
            assertThat(good.workers()).hasSize(GOOD).extracting(WorkerStop::end).containsOnly(End.CLEAN);
            assertThat(hanging.workers()).extracting(WorkerStop::end).containsExactly(End.KILLED);
            assertThat(millis).isLessThanOrEqualTo(GRACEFUL.toMillis() + Cycle.FORCE_MILLIS);
            assertThat(rig.pids.values()).noneMatch(Running::isRunning);
        }
    }

    private static GroupStop stop(StopReport report, String group) {
        return report.groups().stream()
                .filter(one -> one.name().equals(group))
                .findFirst()
                .orElseThrow();
    }

    private static long slowest(GroupStop stop) {
        return stop.workers().stream()
                .mapToLong(WorkerStop::millis)
                .boxed()
                .flatMapToLong(LongStream::of)
                .max()
                .orElse(0);
    }
}
