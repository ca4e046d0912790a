package dev.sallyport.examples.fundloads.client;

import dev.sallyport.supervisor.WorkerGroup;
import dev.sallyport.supervisor.scenario.Scenario;
import dev.sallyport.supervisor.scenario.Stages;
import java.util.List;
import java.util.function.Function;

/** Scenario {@code fund-loads}: velocity limits on the loads of each customer. */
public final class FundLoads implements Scenario {

    static final String PARSE = "parse";
    static final String LIMITS = "limits";

    @Override
    public String id() {
        return "fund-loads";
    }

    @Override
    public List<String> groups() {
        return List.of(PARSE, LIMITS);
    }

    @Override
    public Stages<?> open(Function<String, WorkerGroup> group) {
        return new FundLoadStages(group.apply(PARSE), group.apply(LIMITS));
    }
}
