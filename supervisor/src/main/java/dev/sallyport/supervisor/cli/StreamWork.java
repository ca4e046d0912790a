package dev.sallyport.supervisor.cli;

import dev.sallyport.supervisor.BootstrapSupervisor;
import dev.sallyport.supervisor.scenario.RunException;
import dev.sallyport.supervisor.scenario.RunException.Category;
import dev.sallyport.supervisor.scenario.RunReport;
import dev.sallyport.supervisor.scenario.ScenarioRunner;
import java.io.IOException;

/** Streams the records of a file through a scenario's groups. */
record StreamWork(ScenarioRunner runner, RunFiles files) implements Work {

    @Override
    public RunReport run(BootstrapSupervisor supervisor) throws RunException, IOException {
        return runner.run(supervisor::group, files.input(), files.output());
    }

    @Override
    public void abort(Category category, String evidence) {
        runner.abort(category, evidence);
    }

    @Override
    public boolean isEndedFromOutside() {
        return false;
    }
}
