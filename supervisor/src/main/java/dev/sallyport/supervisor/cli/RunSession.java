package dev.sallyport.supervisor.cli;

import dev.sallyport.supervisor.ArchiveUse;
import dev.sallyport.supervisor.BootstrapSupervisor;
import dev.sallyport.supervisor.RuntimeConfig;
import dev.sallyport.supervisor.RuntimeConfig.Lifecycle;
import dev.sallyport.supervisor.StopPolicy;
import dev.sallyport.supervisor.StopReport;
import dev.sallyport.supervisor.SupervisorException;
import dev.sallyport.supervisor.SupervisorListener;
import dev.sallyport.supervisor.WorkerPhase;
import dev.sallyport.supervisor.admin.Administration;
import dev.sallyport.supervisor.scenario.RunException;
import dev.sallyport.supervisor.scenario.RunException.Category;
import dev.sallyport.supervisor.scenario.RunReport;
import dev.sallyport.transport.PeerId;
import dev.sallyport.transport.RejectedException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One run: start, wait until ready, run, stop. {@link #run} is called once; {@link #interrupt} may be called by any other
 * thread at any time, and brings the same stop.
 */
final class RunSession {

    private static final String BY_SIGNAL = "ended by a signal";
    private static final String BY_ORDER = "ended by sallyport stop";

    /** How long a run that still starts may take to notice that it is to end, before its groups are stopped under it. */
    private static final Duration NOTICE_OF_START = Duration.ofSeconds(1);

    /** The same for one that works, which waits for nothing but such events. */
    private static final Duration NOTICE_OF_WORK = Duration.ofSeconds(10);

    /** A stop takes graceful_timeout and 9 s at most; the rest is for what has to be closed behind it. */
    private static final Duration FORCE_AND_CLOSE = Duration.ofSeconds(20);

    /** What a run gives to an archive that is being made; only the first run on a class path finds one in the making. */
    private static final Duration ARCHIVE_WAIT = Duration.ofSeconds(10);

    private static final Duration ARCHIVE_LOOK = Duration.ofMillis(100);

    private final RuntimeConfig config;
    private final Work work;
    private final RunOutput output;
    private final BootstrapSupervisor supervisor;
    private final StartTable starts = new StartTable();
    private final List<Failure> failures = new ArrayList<>();
    private final CountDownLatch ran = new CountDownLatch(1);
    private final CountDownLatch over = new CountDownLatch(1);
    private Duration elapsed = Duration.ZERO;
    private volatile boolean started;
    private volatile @Nullable String endedBy;

    /** @throws SupervisorException when the supervisor cannot be made */
    RunSession(RuntimeConfig config, Path file, Shell shell, Work work, RunOutput output) {
        this.config = config;
        this.work = work;
        this.output = output;
        this.supervisor = shell.factory()
                .create(config, new Listener(), new Administration(shell.directory(), file, this::stopOrdered));
    }

    /** Runs to the end; every failure is in the result. */
    RunResult run() {
        try (supervisor) {
            RunReport report = startAndStream();
            StopReport stopped = stop();
            awaitClassArchives();
            return new RunResult(starts, report, elapsed, stopped, failures);
        } finally {
            over.countDown();
        }
    }

    private @Nullable RunReport startAndStream() {
        try {
            return start() ? stream() : null;
        } finally {
            ran.countDown();
        }
    }

    private boolean start() {
        try {
            long begun = System.nanoTime();
            supervisor.startGroups();
            supervisor.waitReady(config.lifecycle().readyTimeout());
            started = true;
            output.started(starts, Duration.ofNanos(System.nanoTime() - begun));
            return true;
        } catch (SupervisorException e) {
            String ended = endedBy;
            if (ended == null) {
                failures.add(Failure.of(e));
            } else if (!work.isEndedFromOutside()) {
                failures.add(Failure.aborted(ended));
            }
        } catch (RejectedException e) {
            failures.add(Failure.of(e));
        }
        return false;
    }

    private @Nullable RunReport stream() {
        long begun = System.nanoTime();
        try {
            return work.run(supervisor);
        } catch (RunException e) {
            String ended = endedBy;
            failures.add(ended == null ? Failure.of(e) : Failure.aborted(ended));
            return e.report();
        } catch (SupervisorException e) {
            failures.add(Failure.of(e));
            return null;
        } catch (IOException e) {
            failures.add(Failure.file("the output cannot be emptied", e));
            return null;
        } finally {
            elapsed = Duration.ofNanos(System.nanoTime() - begun);
        }
    }

    private @Nullable StopReport stop() {
        try {
            return supervisor.stopGroups(policy());
        } catch (SupervisorException e) {
            failures.add(Failure.of(e));
            return null;
        }
    }

    /** A short run would never have an archive: this one waits a little, once, so that the next ones start faster. */
    private void awaitClassArchives() {
        if (endedBy != null || !failures.isEmpty()) {
            return;
        }
        long end = System.nanoTime() + ARCHIVE_WAIT.toNanos();
        try {
            if (!supervisor.awaitClassArchives(ARCHIVE_LOOK)) {
                output.note("making a class archive for later starts, once, for at most " + ARCHIVE_WAIT.toSeconds()
                        + " s");
            }
            while (endedBy == null && System.nanoTime() - end < 0 && !supervisor.awaitClassArchives(ARCHIVE_LOOK)) {
                // a signal ends the waiting at the next look
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private StopPolicy policy() {
        Lifecycle lifecycle = config.lifecycle();
        return StopPolicy.graceful(lifecycle.gracefulTimeout()).drainInflight(lifecycle.drainInflight());
    }

    /**
     * Ends the run: no more is read, and the groups stop as at its end. A run that does not notice, because it still starts, has its
     * groups stopped here.
     *
     * @return whether {@link #run} noticed, and has made its own stop: it has returned, or does so at once. One that hangs in a note that nobody
     *     reads has not
     */
    boolean interrupt() throws InterruptedException {
        Duration limit = config.lifecycle().gracefulTimeout().plus(FORCE_AND_CLOSE);
        return end(BY_SIGNAL) && over.await(limit.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** The administrator's order, which is the same end. */
    private void stopOrdered() {
        try {
            boolean unused = end(BY_ORDER);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean end(String by) throws InterruptedException {
        endedBy = by;
        work.abort(Category.ABORTED, by);
        Duration notice = started ? NOTICE_OF_WORK : NOTICE_OF_START;
        if (ran.await(notice.toMillis(), TimeUnit.MILLISECONDS)) {
            return true;
        }
        try {
            supervisor.stopGroups(policy());
        } catch (SupervisorException e) {
            output.note(String.valueOf(e.getMessage()));
        }
        return false;
    }

    private final class Listener implements SupervisorListener {
        @Override
        public void workerPhase(PeerId worker, WorkerPhase phase, long pid, long millis) {
            starts.reached(worker, phase, pid, millis);
        }

        @Override
        public void workerArchive(PeerId worker, ArchiveUse use) {
            starts.archive(worker, use);
        }

        @Override
        public void workerLost(PeerId worker, String evidence) {
            output.note("worker " + worker + " lost: " + evidence);
        }

        @Override
        public void workerRestarting(PeerId next, int restartsInWindow, long delayMillis) {
            output.note("worker " + next + " starts in " + delayMillis + " ms");
        }

        @Override
        public void groupFailed(String group, String evidence) {
            work.abort(Category.WORKER_LOST, "group " + group + " is lost: " + evidence);
        }
    }
}
