package dev.sallyport.supervisor.cli;

import dev.sallyport.supervisor.GroupSpec;
import dev.sallyport.supervisor.RuntimeConfig;
import dev.sallyport.supervisor.SupervisorException;
import dev.sallyport.supervisor.archive.ArchiveOutlook;
import dev.sallyport.supervisor.config.LoadedConfig;
import dev.sallyport.supervisor.lifecycle.StartOrder;
import dev.sallyport.supervisor.process.LaunchPlan;
import dev.sallyport.supervisor.process.Printable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "plan",
        description = {
            "Shows what would be started, and in which order. Starts nothing. Of each group: wrap, what its command line begins with"
                    + " (programs of the system that replace themselves by the rest), argv, the rest, with the flags of its class"
                    + " archive when it has one, archive, which that is or why there is none, and env, its environment.",
            "Values that may be somebody's secrets are not shown: of the environment only those that every worker inherits,"
                    + " and no value of an argument whose name sounds like a secret."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  sallyport plan --config service.yml",
            "  sallyport plan --config service.yml --json | jq '.steps[].argv'"
        },
        sortOptions = false)
final class PlanCommand implements Callable<Integer> {

    @Mixin
    private ConfigArgument config = new ConfigArgument();

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    private final Shell shell;

    PlanCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() {
        try {
            LoadedConfig loaded = config.load();
            loaded.warnings().forEach(warning -> shell.note("warning: " + config.file() + ":" + warning));
            show(loaded.config());
            return ExitCode.OK.code();
        } catch (SupervisorException e) {
            return shell.failed(Failure.of(e), json);
        }
    }

    private void show(RuntimeConfig loaded) {
        List<GroupSpec> order = StartOrder.ofAll(loaded.groups());
        boolean processes = loaded.mode() == RuntimeConfig.Mode.PROCESS_SUPERVISOR;
        if (json) {
            Map<String, @Nullable Object> all = new LinkedHashMap<>();
            all.put("mode", processes ? "process_supervisor" : "inline");
            all.put("steps", order.stream().map(group -> map(group, loaded)).toList());
            shell.out().println(Json.write(all));
        } else {
            int step = 0;
            for (GroupSpec group : order) {
                step++;
                shell.out().println(shell.style().bold(step + ". " + head(group)));
                lines(group, loaded).forEach(line -> shell.out().println("   " + line));
            }
        }
        shell.out().flush();
    }

    private static String head(GroupSpec group) {
        String workers = group.workers() == 1 ? "1 worker" : group.workers() + " workers";
        return group.name() + ": " + workers
                + (group.dependsOn().isEmpty() ? "" : ", when ready: " + String.join(", ", group.dependsOn()));
    }

    /** What would be started for a worker of the group, and from which class archive. */
    private record Start(LaunchPlan plan, ArchiveOutlook archive) {

        static Start of(GroupSpec group, RuntimeConfig config) {
            ArchiveOutlook archive = ArchiveOutlook.of(config.classArchive(), group, System.getenv());
            return new Start(LaunchPlan.of(group, archive.flags(), System.getenv()), archive);
        }
    }

    private static List<String> lines(GroupSpec group, RuntimeConfig config) {
        List<String> lines = new ArrayList<>();
        if (config.mode() == RuntimeConfig.Mode.INLINE) {
            lines.add("inside this process");
            return lines;
        }
        Start start = Start.of(group, config);
        start.plan().wrapper().forEach(word -> lines.add("wrap     " + word));
        start.plan().argv().forEach(word -> lines.add("argv     " + word));
        lines.add("archive  " + Printable.text(start.archive().told()));
        start.plan().environment().forEach((name, value) -> lines.add("env      " + name + value.shown()));
        return lines;
    }

    private static Map<String, @Nullable Object> map(GroupSpec group, RuntimeConfig config) {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        map.put("group", group.name());
        map.put("workers", group.workers());
        map.put("depends_on", group.dependsOn());
        if (config.mode() == RuntimeConfig.Mode.PROCESS_SUPERVISOR) {
            Start start = Start.of(group, config);
            map.put("argv", start.plan().commandLine());
            map.put("wrapper", start.plan().wrapper().size());
            map.put("class_archive", start.archive().use().name().toLowerCase(Locale.ROOT));
            map.put("class_archive_detail", Printable.text(start.archive().told()));
            Map<String, String> environment = new LinkedHashMap<>();
            start.plan().environment().forEach((name, value) -> environment.put(name, value.text()));
            map.put("env", environment);
        }
        return map;
    }
}
