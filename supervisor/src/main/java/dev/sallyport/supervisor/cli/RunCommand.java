package dev.sallyport.supervisor.cli;

import dev.sallyport.supervisor.SupervisorException;
import dev.sallyport.supervisor.config.LoadedConfig;
import dev.sallyport.supervisor.config.RuntimeSummary;
import dev.sallyport.supervisor.scenario.ScenarioRunner;
import dev.sallyport.transport.RejectedException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "run",
        description = {
            "Starts the configured groups, streams the input's records through them, writes the output, and stops them.",
            "SIGTERM and Ctrl-C stop the run as gracefully as its end does. Whatever ends a run, the output written is right up to there."
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

    private final PrintWriter out;
    private final PrintWriter err;
    private final SupervisorFactory factory;
    private final Signals signals;

    RunCommand(PrintWriter out, PrintWriter err, SupervisorFactory factory, Signals signals) {
        this.out = out;
        this.err = err;
        this.factory = factory;
        this.signals = signals;
    }

    @Override
    public Integer call() {
        RunOutput progress = new RunOutput(out, err, json);
        try {
            LoadedConfig loaded = config.load();
            loaded.warnings().forEach(warning -> progress.note("warning: " + config.file() + ":" + warning));
            RunPlan plan = RunPlan.of(loaded.config());
            try (RunFiles files = new RunFiles(input, output)) {
                return run(plan, files, progress);
            }
        } catch (SupervisorException e) {
            return failed(Failure.of(e));
        } catch (RejectedException e) {
            return failed(Failure.of(e));
        } catch (IOException e) {
            return failed(Failure.file("the run has not begun", e));
        }
    }

    private int run(RunPlan plan, RunFiles files, RunOutput progress) {
        ScenarioRunner runner =
                new ScenarioRunner(plan.scenario(), plan.options().skipInvalid(skipInvalid), progress::malformed);
        RunSession session = new RunSession(plan, factory, runner, files, progress);
        RunResult result = signals.during(session, () -> {
            RunResult reached = runWithProgress(session, files, progress);
            report(plan, reached);
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

    private void report(RunPlan plan, RunResult result) {
        if (json) {
            Map<String, @Nullable Object> all = new LinkedHashMap<>();
            all.put("summary", RuntimeSummary.of(plan.config()).toMap());
            all.putAll(result.toMap());
            out.println(Json.write(all));
        } else {
            out.print(result.text(plan.scenario().id()));
        }
        out.flush();
        result.failures().forEach(failure -> failure.lines().forEach(err::println));
    }

    private int failed(Failure failure) {
        if (json) {
            out.println(Json.write(Map.of("exit", failure.exit().code(), "failures", List.of(failure.toMap()))));
        }
        failure.lines().forEach(err::println);
        return failure.exit().code();
    }
}
