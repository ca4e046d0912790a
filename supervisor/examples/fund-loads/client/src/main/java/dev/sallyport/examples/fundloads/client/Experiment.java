package dev.sallyport.examples.fundloads.client;

import dev.sallyport.supervisor.WorkerGroup;
import dev.sallyport.supervisor.scenario.Scenario;
import dev.sallyport.supervisor.scenario.Stages;
import java.util.List;
import java.util.function.Function;

/**
 * Scenario {@code experiment}: {@link FundLoads} under other limits. The limits are not known here: they are the selectors of
 * the configuration, which reach the workers in their bundles.
 */
public final class Experiment implements Scenario {

    private final Scenario loads = new FundLoads();

    @Override
    public String id() {
        return "experiment";
    }

    @Override
    public List<String> groups() {
        return loads.groups();
    }

    @Override
    public Stages<?> open(Function<String, WorkerGroup> group) {
        return loads.open(group);
    }
}
