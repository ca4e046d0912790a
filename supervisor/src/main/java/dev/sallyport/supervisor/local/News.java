package dev.sallyport.supervisor.local;

import dev.sallyport.supervisor.ArchiveUse;
import dev.sallyport.supervisor.lifecycle.Action;
import dev.sallyport.transport.PeerId;

/** What the state machine has to say, to the listener and to those who wait. */
record News(Announcer announcer, Waits waits) {

    void tell(Action action) {
        if (action instanceof Action.PhaseReached reached) {
            announcer.tell(to -> to.workerPhase(reached.worker(), reached.phase(), reached.pid(), reached.millis()));
        } else if (action instanceof Action.Lost lost) {
            announcer.tell(to -> to.workerLost(lost.worker(), lost.evidence()));
        } else if (action instanceof Action.Restarting restarting) {
            announcer.tell(to ->
                    to.workerRestarting(restarting.next(), restarting.restartsInWindow(), restarting.delayMillis()));
        } else if (action instanceof Action.Replacing replacing) {
            announcer.tell(to -> to.workerReplacing(replacing.worker(), replacing.next(), replacing.reason()));
        } else if (action instanceof Action.Replaced replaced) {
            announcer.tell(to -> to.workerReplaced(replaced.next(), replaced.worker()));
        } else if (action instanceof Action.ReplacementFailed failed) {
            announcer.tell(to -> to.replacementFailed(failed.next(), failed.evidence(), failed.retryMillis()));
        } else if (action instanceof Action.GroupFailed failed) {
            announcer.tell(to -> to.groupFailed(failed.group(), failed.evidence()));
        } else if (action instanceof Action.GroupStopped stopped) {
            announcer.tell(to -> to.groupStopped(stopped.stop()));
        } else if (action instanceof Action.AllStarted) {
            waits.started();
        } else if (action instanceof Action.AllReady) {
            waits.ready();
        } else if (action instanceof Action.StartFailed failed) {
            waits.startFailed(failed);
        } else if (action instanceof Action.AllStopped stopped) {
            waits.stopped(stopped);
        }
    }

    void archive(PeerId worker, ArchiveUse use) {
        announcer.tell(to -> to.workerArchive(worker, use));
    }
}
