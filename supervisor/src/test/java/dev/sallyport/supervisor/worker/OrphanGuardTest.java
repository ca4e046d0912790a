package dev.sallyport.supervisor.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.supervisor.WorkerExit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** The guard's looks, with a parent and a clock that the test holds. */
class OrphanGuardTest {

    private static final long START = TimeUnit.HOURS.toNanos(1);

    private final AtomicLong parent = new AtomicLong(100);
    private final List<Integer> halts = new ArrayList<>();
    private final AtomicInteger told = new AtomicInteger();
    private final OrphanGuard guard = new OrphanGuard(parent::get, halts::add);

    @Test
    void theFirstParentIsTheSupervisor() {
        guard.onOrphaned(told::incrementAndGet);
        assertThat(guard.look(START)).isEqualTo(TimeUnit.MILLISECONDS.toNanos(200));
        assertThat(told).hasValue(0);
    }

    @Test
    void anotherParentIsToldOnceAndTheProcessIsGoneSoonAfter() {
        guard.onOrphaned(told::incrementAndGet);
        parent.set(1);
        guard.look(START);
        assertThat(told).hasValue(1);
        assertThat(guard.look(START + TimeUnit.MILLISECONDS.toNanos(1_699))).isPositive();
        assertThat(halts).isEmpty();
        guard.look(START + TimeUnit.MILLISECONDS.toNanos(1_700));
        assertThat(halts).containsExactly(WorkerExit.ORPHANED.code());
        assertThat(told).hasValue(1);
    }

    @Test
    void whoListensLateIsToldAtOnce() {
        parent.set(1);
        guard.look(START);
        guard.onOrphaned(told::incrementAndGet);
        assertThat(told).hasValue(1);
    }

    @Test
    void onlyTheFirstSentenceCounts() {
        guard.condemn(WorkerExit.BUNDLE_REJECTED, START);
        guard.condemn(WorkerExit.ORPHANED, START + 1);
        guard.look(START + TimeUnit.MILLISECONDS.toNanos(1_700));
        assertThat(halts).containsExactly(WorkerExit.BUNDLE_REJECTED.code());
    }
}
