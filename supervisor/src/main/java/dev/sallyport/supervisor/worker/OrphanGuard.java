package dev.sallyport.supervisor.worker;

import dev.sallyport.supervisor.WorkerExit;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntConsumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Sees to it that no worker outlives its supervisor. It looks whether the parent is still the one of the start, since the lifeline
 * may be held open by a process that nobody thought of, and it halts the JVM when an end that was called for has not come: no
 * shutdown hook, no lock and no user thread can stop that. Its thread is there from the start, because later there may be no memory for one.
 */
final class OrphanGuard {

    /** Seen within this long, drained for 1 s, gone: together below 2 s. */
    private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

    /** A stop without a supervisor takes 1.5 s at most. */
    private static final long HALT_AFTER_NANOS = TimeUnit.MILLISECONDS.toNanos(1_700);

    private record Sentence(long nanoTime, WorkerExit exit) {}

    private final LongSupplier parentPid;
    private final long firstParent;
    private final IntConsumer halt;
    private final AtomicReference<@Nullable Sentence> sentence = new AtomicReference<>();
    private final AtomicReference<@Nullable Runnable> orphaned = new AtomicReference<>();
    private volatile @Nullable Thread thread;

    /**
     * @param parentPid the parent's process id now; what it says first is the supervisor
     * @param halt ends the process with a code, at once
     */
    OrphanGuard(LongSupplier parentPid, IntConsumer halt) {
        this.parentPid = parentPid;
        this.firstParent = parentPid.getAsLong();
        this.halt = halt;
    }

    /** The guard of this process. */
    static OrphanGuard ofThisProcess() {
        OrphanGuard guard = new OrphanGuard(
                () -> ProcessHandle.current().parent().map(ProcessHandle::pid).orElse(0L), OrphanGuard::halt);
        Descendants.load();
        Thread thread = new Thread(guard::run, "sallyport-guard");
        thread.setDaemon(true);
        guard.thread = thread;
        thread.start();
        return guard;
    }

    /** Whatever fails at ending what this worker started, a class that cannot be loaded any more as well, the end comes. */
    private static void halt(int code) {
        try {
            if (code == WorkerExit.ORPHANED.code()) {
                Descendants.end();
            }
        } finally {
            Runtime.getRuntime().halt(code);
        }
    }

    /** Runs {@code action} once when the parent is another one, or is already; it must return at once. */
    void onOrphaned(Runnable action) {
        orphaned.set(action);
        if (sentence.get() != null) {
            tell();
        }
    }

    /** From here on the process is gone within 1.7 s, whatever happens. Only the first call counts. */
    void condemn(WorkerExit exit, long now) {
        if (sentence.compareAndSet(null, new Sentence(now + HALT_AFTER_NANOS, exit))) {
            LockSupport.unpark(thread);
        }
    }

    private void run() {
        while (true) {
            try {
                LockSupport.parkNanos(this, look(System.nanoTime()));
                // an interrupt is not for this thread, and would make each park return at once
                Thread.interrupted();
            } catch (OutOfMemoryError e) {
                // an exhausted heap is no reason to stop looking
            }
        }
    }

    /** One look around. Returns the nanoseconds until the next. */
    long look(long now) {
        Sentence passed = sentence.get();
        if (passed != null) {
            long left = passed.nanoTime() - now;
            if (left <= 0) {
                halt.accept(passed.exit().code());
            }
            return Math.max(1, left);
        }
        if (parentPid.getAsLong() != firstParent) {
            condemn(WorkerExit.ORPHANED, now);
            tell();
        }
        return POLL_NANOS;
    }

    private void tell() {
        Runnable action = orphaned.getAndSet(null);
        if (action != null) {
            action.run();
        }
    }
}
