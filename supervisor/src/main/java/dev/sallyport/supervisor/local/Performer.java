package dev.sallyport.supervisor.local;

import dev.sallyport.supervisor.WorkerPhase;
import dev.sallyport.supervisor.archive.ClassArchives;
import dev.sallyport.supervisor.calls.GroupCalls;
import dev.sallyport.supervisor.lifecycle.Action;
import dev.sallyport.transport.PeerId;
import dev.sallyport.transport.TransportServer;

/** Does what the state machine orders, on the supervisor's thread. */
record Performer(LocalWorkers workers, TransportServer server, Groups groups, ClassArchives archives, News news) {

    void perform(Action action) {
        if (action instanceof Action.Spawn spawn) {
            workers.spawn(spawn.worker(), groups.begin(spawn.worker()));
        } else if (action instanceof Action.WriteBundle write) {
            workers.writeBundle(write.worker());
        } else if (action instanceof Action.SendStop send) {
            // not taken: the lane has just closed, and the state machine will hear of the next one
            server.stop(send.worker(), send.order());
        } else if (action instanceof Action.Terminate terminate) {
            workers.terminate(terminate.worker());
        } else if (action instanceof Action.Kill kill) {
            workers.kill(kill.worker());
        } else if (action instanceof Action.Sweep sweep) {
            workers.sweep(sweep.worker());
        } else if (action instanceof Action.Measure measure) {
            PeerId worker = measure.worker();
            workers.measure(worker, calls(worker).requests(Groups.index(worker)));
        } else if (action instanceof Action.Revoke revoke) {
            workers.revoke(revoke.worker());
        } else if (action instanceof Action.Seat seat) {
            PeerId worker = seat.worker();
            calls(worker).seat(Groups.index(worker), server.connection(worker));
        } else if (action instanceof Action.Unseat unseat) {
            PeerId worker = unseat.worker();
            calls(worker).unseat(Groups.index(worker), server.connection(worker));
        } else if (action instanceof Action.CloseGroup close) {
            groups.calls(close.group()).drain();
        } else {
            tell(action);
        }
    }

    private GroupCalls calls(PeerId worker) {
        return groups.calls(worker.group());
    }

    /** First tells: others wait for it, whatever becomes of the rest. */
    private void tell(Action action) {
        news.tell(action);
        if (action instanceof Action.PhaseReached reached && reached.phase() == WorkerPhase.AUTHENTICATED) {
            workers.consumed(reached.worker(), news::archive);
        } else if (action instanceof Action.AllReady) {
            archives.makeMissing();
        }
    }
}
