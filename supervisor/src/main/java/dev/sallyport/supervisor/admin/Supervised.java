package dev.sallyport.supervisor.admin;

import dev.sallyport.supervisor.process.OutputLine;
import dev.sallyport.transport.PeerId;
import java.util.List;

/** What a supervisor lets its administrator ask and order. Every method returns at once, also while user code blocks others. */
public interface Supervised {

    /** Calls to the worker without an answer; 0 for one that is gone. */
    int inFlight(PeerId worker);

    /** What one worker printed last: of the incarnation before the last and of the last. */
    List<Output> output(String group, String worker);

    /** Ends the program, as SIGTERM does. */
    void stop();

    /** Stops one group that runs, without loss. */
    void drain(String group);

    /** Starts the workers of one group anew. */
    void restart(String group);

    /** The last lines of one incarnation. */
    record Output(long incarnation, List<OutputLine> lines) {
        public Output {
            lines = List.copyOf(lines);
        }
    }
}
