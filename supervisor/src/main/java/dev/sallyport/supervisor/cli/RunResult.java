package dev.sallyport.supervisor.cli;

import dev.sallyport.supervisor.RuntimeConfig;
import dev.sallyport.supervisor.StopReport;
import dev.sallyport.supervisor.config.RuntimeSummary;
import dev.sallyport.supervisor.scenario.RunReport;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a run came to.
 *
 * @param starts how each worker started
 * @param run what was read and written; null when the groups never were ready
 * @param elapsed from the first record to the last
 * @param stop how the groups ended; null when none had to be stopped, or the stop failed
 * @param failures in the order in which they happened; empty for a run without fault
 */
record RunResult(
        StartTable starts,
        @Nullable RunReport run,
        Duration elapsed,
        @Nullable StopReport stop,
        List<Failure> failures) {

    RunResult {
        failures = List.copyOf(failures);
    }

    /** That of the first failure; a stop that was not graceful counts when all else went well. */
    ExitCode exit() {
        if (!failures.isEmpty()) {
            return failures.get(0).exit();
        }
        return stop == null || stop.isGraceful() ? ExitCode.OK : ExitCode.NOT_GRACEFUL;
    }

    /** Prints it for a person, or as one JSON object with the summary of the configuration; what failed goes to standard error too. */
    void print(Shell shell, RuntimeConfig config, String scenario, boolean json) {
        if (json) {
            Map<String, @Nullable Object> all = new LinkedHashMap<>();
            all.put("summary", RuntimeSummary.of(config).toMap());
            all.putAll(toMap());
            shell.out().println(Json.write(all));
        } else {
            shell.out().print(text(scenario));
        }
        shell.out().flush();
        failures.forEach(failure -> failure.lines().forEach(shell.err()::println));
    }

    /** One line of figures, and the lifecycle report. */
    String text(String scenario) {
        StringBuilder text = new StringBuilder();
        if (run != null) {
            text.append(String.format(
                    Locale.ROOT,
                    "%nran %s: %,d lines, %,d written, %,d without output, %,d malformed in %.2f s (%,.0f records/s)%n",
                    scenario,
                    run.lines(),
                    run.written(),
                    run.silent(),
                    run.malformed(),
                    seconds(),
                    perSecond(run)));
        }
        if (stop != null && !stop.groups().isEmpty()) {
            text.append(stop.isGraceful() ? "\nstopped gracefully\n" : "\nstopped by force\n");
            text.append(StopTable.text(stop));
        }
        return text.toString();
    }

    Map<String, @Nullable Object> toMap() {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        map.put("exit", exit().code());
        map.put("failures", failures.stream().map(Failure::toMap).toList());
        map.put("start", starts.toList());
        map.put("run", run == null ? null : figures(run));
        map.put("stop", stop == null ? null : StopTable.toMap(stop));
        return map;
    }

    private Map<String, Object> figures(RunReport report) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("lines", report.lines());
        map.put("written", report.written());
        map.put("without_output", report.silent());
        map.put("malformed", report.malformed());
        map.put("seconds", seconds());
        map.put("records_per_second", Math.round(perSecond(report)));
        return map;
    }

    private double seconds() {
        return elapsed.toMillis() / 1000.0;
    }

    private double perSecond(RunReport report) {
        return report.lines() * 1e9 / Math.max(1, elapsed.toNanos());
    }
}
