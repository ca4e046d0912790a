package dev.sallyport.supervisor.cli;

import dev.sallyport.supervisor.SupervisorException;
import dev.sallyport.supervisor.config.LoadedConfig;
import dev.sallyport.supervisor.scenario.ScenarioRunner;
import dev.sallyport.transport.RejectedException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "run",
        description = {
            "Starts the configured groups, streams the input's records through them, writes the output, and stops them.",
            "SIGTERM and Ctrl-C stop the run as gracefully as its end does. Whatever ends a run, the output written is right up to there."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  sallyport run --config process.yml --input loads.jsonl --output out.jsonl",
            "  sallyport run -c process.yml -i loads.jsonl -o out.jsonl --skip-invalid --json"
        },
        sortOptions = false)
final class RunCommand implements Callable<Integer> {

    @Mixin
    private ConfigArgument config = new ConfigArgument();

    @Option(
            names = {"-i", "--input"},
            required = true,
            paramLabel = "FILE",
            description = "The records, a line each.")
    private Path input = Path.of("");

    @Option(
            names = {"-o", "--output"},
            required = true,
            paramLabel = "FILE",
            description = "Where the answers go; what it held is replaced once the groups are ready.")
    private Path output = Path.of("");

    @Option(names = "--skip-invalid", description = "Leave malformed lines out, and say so, instead of ending the run.")
    private boolean skipInvalid;

    @Option(names = "--json", description = "Print one JSON object instead of tables.")
    private boolean json;

    private final Shell shell;

    RunCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() {
        RunOutput progress = new RunOutput(shell.out(), shell.err(), json);
        try {
            LoadedConfig loaded = config.load();
            loaded.warnings().forEach(warning -> progress.note("warning: " + config.file() + ":" + warning));
            RunPlan plan = RunPlan.of(loaded.config());
            try (RunFiles files = new RunFiles(input, output)) {
                return run(plan, files, progress);
            }
        } catch (SupervisorException e) {
            return shell.failed(Failure.of(e), json);
        } catch (RejectedException e) {
            return shell.failed(Failure.of(e), json);
        } catch (IOException e) {
            return shell.failed(Failure.file("the run has not begun", e), json);
        }
    }

    private int run(RunPlan plan, RunFiles files, RunOutput progress) {
        ScenarioRunner runner =
                new ScenarioRunner(plan.scenario(), plan.options().skipInvalid(skipInvalid), progress::malformed);
        RunSession session =
                new RunSession(plan.config(), config.file(), shell, new StreamWork(runner, files), progress);
        RunResult result = shell.signals().during(session, () -> {
            RunResult reached = runWithProgress(session, files, progress);
            reached.print(shell, plan.config(), plan.scenario().id(), json);
            return reached;
        });
        return result.exit().code();
    }

    private static RunResult runWithProgress(RunSession session, RunFiles files, RunOutput output) {
        try (Progress progress = new Progress(files, output)) {
            progress.start();
            return session.run();
        }
    }
}
