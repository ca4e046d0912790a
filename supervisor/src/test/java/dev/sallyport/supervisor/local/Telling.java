package dev.sallyport.supervisor.local;

import dev.sallyport.supervisor.ArchiveUse;
import dev.sallyport.supervisor.StopReport;
import dev.sallyport.supervisor.SupervisorListener;
import dev.sallyport.supervisor.WorkerPhase;
import dev.sallyport.transport.PeerId;

/** Passes on all that it hears. */
class Telling implements SupervisorListener {

    private final SupervisorListener next;

    Telling(SupervisorListener next) {
        this.next = next;
    }

    @Override
    public void workerPhase(PeerId worker, WorkerPhase phase, long pid, long millis) {
        next.workerPhase(worker, phase, pid, millis);
    }

    @Override
    public void workerArchive(PeerId worker, ArchiveUse use) {
        next.workerArchive(worker, use);
    }

    @Override
    public void workerLost(PeerId worker, String evidence) {
        next.workerLost(worker, evidence);
    }

    @Override
    public void workerRestarting(PeerId restarted, int restartsInWindow, long delayMillis) {
        next.workerRestarting(restarted, restartsInWindow, delayMillis);
    }

    @Override
    public void workerReplacing(PeerId worker, PeerId replacement, String reason) {
        next.workerReplacing(worker, replacement, reason);
    }

    @Override
    public void workerReplaced(PeerId replacement, StopReport.WorkerStop worker) {
        next.workerReplaced(replacement, worker);
    }

    @Override
    public void replacementFailed(PeerId replacement, String evidence, long retryMillis) {
        next.replacementFailed(replacement, evidence, retryMillis);
    }

    @Override
    public void groupFailed(String group, String evidence) {
        next.groupFailed(group, evidence);
    }

    @Override
    public void groupStopped(StopReport.GroupStop stop) {
        next.groupStopped(stop);
    }
}
