package dev.sallyport.supervisor.cli;

import dev.sallyport.supervisor.SupervisorException;
import dev.sallyport.supervisor.config.ConfigurationException;
import dev.sallyport.supervisor.config.LoadedConfig;
import dev.sallyport.supervisor.config.RuntimeSummary;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "check",
        description = {
            "Validates a configuration and prints the runtime summary. Starts nothing.",
            "Exits with 6, as a start would, when the main class or a discovery root of a group is not on its class path. For a"
                    + " group without class_path that is the one of the program that starts it: of sallyport when the file has a"
                    + " scenario, else perhaps of yours, so that what sallyport lacks is only noted."
        },
        footerHeading = "%nExamples:%n",
        footer = {"  sallyport check --config service.yml", "  sallyport check --config service.yml --json"},
        sortOptions = false)
final class CheckCommand implements Callable<Integer> {

    @Mixin
    private ConfigArgument config = new ConfigArgument();

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    private final PrintWriter out;
    private final PrintWriter err;

    CheckCommand(PrintWriter out, PrintWriter err) {
        this.out = out;
        this.err = err;
    }

    @Override
    public Integer call() {
        try {
            LoadedConfig loaded = config.load();
            if (loaded.config().scenario() != null) {
                RunPlan.of(loaded.config());
            }
            valid(loaded, ClassCheck.check(loaded.config()));
            return ExitCode.OK.code();
        } catch (SupervisorException e) {
            invalid(e);
            return ExitCode.of(e.category()).code();
        }
    }

    private void valid(LoadedConfig loaded, List<String> notes) {
        RuntimeSummary summary = RuntimeSummary.of(loaded.config());
        if (json) {
            Map<String, @Nullable Object> result = new LinkedHashMap<>();
            result.put("valid", true);
            result.put("warnings", loaded.warnings());
            result.put("notes", notes);
            result.put("summary", summary.toMap());
            out.println(Json.write(result));
        } else {
            loaded.warnings().forEach(warning -> err.println("sallyport: warning: " + config.file() + ":" + warning));
            notes.forEach(note -> err.println("sallyport: note: " + note));
            out.println(config.file() + " is valid: " + summary);
            out.println();
            out.print(summary.text());
        }
    }

    private void invalid(SupervisorException e) {
        if (json) {
            Map<String, @Nullable Object> result = new LinkedHashMap<>();
            result.put("valid", false);
            result.put("errors", errors(e));
            out.println(Json.write(result));
        } else {
            Failure.of(e).lines().forEach(err::println);
        }
    }

    private static List<?> errors(SupervisorException e) {
        return e.getCause() instanceof ConfigurationException all ? all.errors() : e.causes();
    }
}
