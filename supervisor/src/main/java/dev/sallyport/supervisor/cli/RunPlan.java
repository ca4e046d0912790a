package dev.sallyport.supervisor.cli;

import dev.sallyport.supervisor.GroupSpec;
import dev.sallyport.supervisor.RuntimeConfig;
import dev.sallyport.supervisor.SupervisorException;
import dev.sallyport.supervisor.SupervisorException.Category;
import dev.sallyport.supervisor.scenario.RunOptions;
import dev.sallyport.supervisor.scenario.Scenario;
import dev.sallyport.supervisor.scenario.Scenarios;
import java.util.List;

/**
 * What a configuration lets {@code run} do.
 *
 * @param options sized for the configured transport
 */
record RunPlan(RuntimeConfig config, Scenario scenario, RunOptions options) {

    /** @throws SupervisorException of category {@code CONFIGURATION} when there is no such scenario, or a group of it is missing */
    static RunPlan of(RuntimeConfig config) {
        RuntimeConfig.Scenario wanted = config.scenario();
        if (wanted == null) {
            throw invalid("E_CONFIG_MISSING runtime.scenario: run needs a scenario" + known());
        }
        Scenario scenario = Scenarios.find(wanted.id())
                .orElseThrow(() -> invalid("E_CONFIG_UNKNOWN runtime.scenario.id: no such scenario" + known()));
        for (String name : scenario.groups()) {
            checkCalls(config.groups().stream()
                    .filter(group -> group.name().equals(name))
                    .findFirst()
                    .orElseThrow(() -> invalid("E_CONFIG_MISSING runtime.platform.process_groups: scenario "
                            + scenario.id() + " needs a group " + name)));
        }
        RuntimeConfig.ExecutionIpc ipc = config.ipc();
        RunOptions options = ipc == null ? RunOptions.DEFAULT : RunOptions.DEFAULT.fitting(ipc.maxPayloadBytes());
        return new RunPlan(config, scenario, options);
    }

    private static void checkCalls(GroupSpec group) {
        int most = group.maxConcurrentCalls();
        if (most > 0 && most < RunOptions.CALLS_AT_ONCE) {
            throw invalid("E_CONFIG_RELATION runtime.platform.process_groups: max_concurrent_calls of " + group.name()
                    + " is below the " + RunOptions.CALLS_AT_ONCE + " that a run makes at once");
        }
    }

    private static String known() {
        return "; allowed: " + String.join(", ", Scenarios.ids());
    }

    private static SupervisorException invalid(String error) {
        return new SupervisorException(Category.CONFIGURATION, "cannot run this configuration", List.of(error), null);
    }
}
