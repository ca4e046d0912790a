package dev.sallyport.supervisor.local;

import dev.sallyport.supervisor.archive.ClassArchives;
import dev.sallyport.supervisor.issue.IssuedBundle;
import dev.sallyport.supervisor.process.WorkerProcess;
import org.jspecify.annotations.Nullable;

/** What belongs to one incarnation: its bundle and its process, as soon as there are any. Safe for use by many threads. */
final class LocalWorker {

    private @Nullable IssuedBundle bundle;
    private @Nullable WorkerProcess process;
    private ClassArchives.@Nullable Offer offer;
    private boolean revoked;
    private boolean failed;

    /** Returns false when it was given up in the meantime; then the bundle is wiped. */
    synchronized boolean issued(IssuedBundle issued) {
        bundle = issued;
        if (revoked) {
            issued.revoke();
        }
        return !revoked;
    }

    synchronized void offered(ClassArchives.Offer made) {
        offer = made;
    }

    synchronized ClassArchives.@Nullable Offer offer() {
        return offer;
    }

    synchronized void spawned(WorkerProcess spawned) {
        process = spawned;
    }

    /** There is no process, or none that will be told of. */
    synchronized void spawnFailed() {
        failed = true;
    }

    synchronized @Nullable IssuedBundle bundle() {
        return bundle;
    }

    synchronized @Nullable WorkerProcess process() {
        return process;
    }

    synchronized void revoke() {
        revoked = true;
        if (bundle != null) {
            bundle.revoke();
        }
    }

    /** Whether nothing of it is left to be done. One that was given up while it was being spawned is not: its process may still come. */
    synchronized boolean isOver() {
        return revoked && (failed || (process != null && process.exited().isDone()));
    }
}
