package dev.sallyport.supervisor.cli;

import dev.sallyport.supervisor.RuntimeConfig;
import dev.sallyport.supervisor.SupervisorException;
import dev.sallyport.supervisor.cli.Finding.Grade;
import dev.sallyport.supervisor.config.RuntimeConfigLoader;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "doctor",
        description = {
            "Looks whether this machine has what Sallyport wants: Java, system tools, the run directory and its mode, class archives,"
                    + " limits, clock.",
            "Each line is ok, warn (it works, with less) or fail, and says what to do. Exits with 11 when one is fail. Starts nothing."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  sallyport doctor",
            "  sallyport doctor --config service.yml",
            "  sallyport doctor --json | jq '.findings[] | select(.grade != \"ok\")'"
        },
        sortOptions = false)
final class DoctorCommand implements Callable<Integer> {

    @Option(
            names = {"-c", "--config"},
            paramLabel = "FILE",
            description = "Look at the class archives of this configuration, and of each of its groups.")
    private @Nullable Path config;

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    private final Shell shell;

    DoctorCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() {
        try {
            return examine(
                    config == null ? null : RuntimeConfigLoader.load(config).config());
        } catch (SupervisorException e) {
            return shell.failed(Failure.of(e), json);
        }
    }

    private int examine(@Nullable RuntimeConfig loaded) {
        List<Finding> findings = new Examination(shell.directory(), loaded).findings();
        boolean fails = findings.stream().anyMatch(finding -> finding.grade() == Grade.FAIL);
        ExitCode exit = fails ? ExitCode.UNHEALTHY : ExitCode.OK;
        if (json) {
            Map<String, @Nullable Object> all = new LinkedHashMap<>();
            all.put("exit", exit.code());
            all.put("findings", findings.stream().map(DoctorCommand::map).toList());
            shell.out().println(Json.write(all));
        } else {
            shell.out()
                    .print(shell.style()
                            .table(
                                    List.of("", "what", "found"),
                                    findings.stream().map(DoctorCommand::cells).toList()));
        }
        shell.out().flush();
        return exit.code();
    }

    private static String lower(Grade grade) {
        return grade.name().toLowerCase(Locale.ROOT);
    }

    private static List<String> cells(Finding finding) {
        return List.of(
                lower(finding.grade()),
                finding.what(),
                finding.found() + (finding.advice().isEmpty() ? "" : ": " + finding.advice()));
    }

    private static Map<String, Object> map(Finding finding) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("grade", lower(finding.grade()));
        map.put("what", finding.what());
        map.put("found", finding.found());
        map.put("advice", finding.advice());
        return map;
    }
}
