package dev.sallyport.supervisor.worker;

import java.util.List;

/**
 * What this worker started, and its children started. A supervisor ends that with the worker; a worker whose supervisor is gone does it itself
 * (docs/adr/0155). One look: whatever has another parent by then is not found.
 */
final class Descendants {

    private Descendants() {}

    /** Loads this class at the start: at the end a thread of the worker's code may hold the locks of the class path. */
    static void load() {
        // loaded by being called
    }

    /** Ends all that are found, at once, and waits for none. Never throws: whoever calls it is about to end. */
    static void end() {
        try {
            List<ProcessHandle> found = ProcessHandle.current().descendants().toList();
            for (ProcessHandle descendant : found) {
                var unused = descendant.destroyForcibly();
            }
        } catch (RuntimeException | Error e) {
            // no process table or no memory: the end of the worker goes before
        }
    }
}
