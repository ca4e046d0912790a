package dev.sallyport.supervisor.cli;

import dev.sallyport.supervisor.SupervisorException;
import dev.sallyport.supervisor.admin.AdminException;
import dev.sallyport.supervisor.scenario.RunException;
import dev.sallyport.transport.RejectReason;
import dev.sallyport.transport.RejectedException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Why the program does not exit with 0.
 *
 * @param category stable, lower case
 * @param message what happened, and what to do next
 * @param causes the evidence, a line each
 */
record Failure(ExitCode exit, String category, String message, List<String> causes) {

    Failure {
        causes = List.copyOf(causes);
    }

    static Failure of(SupervisorException e) {
        String message = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
        return new Failure(ExitCode.of(e.category()), lower(e.category()), message, e.causes());
    }

    static Failure of(RejectedException e) {
        ExitCode exit =
                e.reason().scope() == RejectReason.Scope.CONFIG ? ExitCode.CONFIGURATION : ExitCode.START_FAILED;
        return new Failure(
                exit, lower(SupervisorException.Category.TRANSPORT_REJECT), String.valueOf(e.getMessage()), List.of());
    }

    static Failure of(RunException e) {
        return new Failure(ExitCode.of(e.category()), lower(e.category()), String.valueOf(e.getMessage()), List.of());
    }

    static Failure of(AdminException e) {
        return new Failure(ExitCode.of(e.kind()), lower(e.kind()), String.valueOf(e.getMessage()), List.of());
    }

    static Failure aborted(String message) {
        return new Failure(ExitCode.RUN_FAILED, lower(RunException.Category.ABORTED), message, List.of());
    }

    static Failure file(String message, IOException cause) {
        return new Failure(ExitCode.FILE, "file", message, List.of(String.valueOf(cause.getMessage())));
    }

    /** Lines for standard error. */
    List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add("sallyport: " + category + ": " + message);
        causes.forEach(cause -> lines.add("  " + cause));
        return lines;
    }

    /** The whole result of a command that did nothing else. */
    Map<String, Object> result() {
        return Map.of("exit", exit.code(), "failures", List.of(toMap()));
    }

    Map<String, Object> toMap() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("category", category);
        map.put("message", message);
        map.put("causes", causes);
        return map;
    }

    private static String lower(Enum<?> category) {
        return category.name().toLowerCase(Locale.ROOT);
    }
}
