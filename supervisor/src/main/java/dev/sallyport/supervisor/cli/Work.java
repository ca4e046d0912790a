package dev.sallyport.supervisor.cli;

import dev.sallyport.supervisor.BootstrapSupervisor;
import dev.sallyport.supervisor.scenario.RunException;
import dev.sallyport.supervisor.scenario.RunException.Category;
import dev.sallyport.supervisor.scenario.RunReport;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** What a session does while its groups are ready. */
interface Work {

    /**
     * Works until it is done or aborted.
     *
     * @return what came of it; null where nothing is counted
     * @throws IOException when the output cannot be emptied
     */
    @Nullable
    RunReport run(BootstrapSupervisor supervisor) throws RunException, IOException;

    /** Ends it, or the work to come; by any thread, and returns at once. */
    void abort(Category category, String evidence);

    /** Whether an end from outside is how it is meant to end, and no failure. */
    boolean isEndedFromOutside();
}
