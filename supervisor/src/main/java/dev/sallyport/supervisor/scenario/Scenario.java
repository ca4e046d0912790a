package dev.sallyport.supervisor.scenario;

import dev.sallyport.supervisor.WorkerGroup;
import java.util.List;
import java.util.function.Function;

/**
 * What {@code sallyport run} executes. A scenario is a public class with a public constructor without parameters, found
 * through {@link java.util.ServiceLoader} by the id that {@code runtime.scenario.id} names.
 */
public interface Scenario {

    /** {@code [a-z0-9-]{1,63}}, unique among the scenarios on the class path. */
    String id();

    /** The names of the groups that it calls; each must be configured. */
    List<String> groups();

    /**
     * One run over ready groups.
     *
     * @param group finds a group by its name, one of {@link #groups}
     */
    Stages<?> open(Function<String, WorkerGroup> group);
}
