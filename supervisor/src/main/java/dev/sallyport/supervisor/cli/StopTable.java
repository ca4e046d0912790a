package dev.sallyport.supervisor.cli;

import dev.sallyport.supervisor.StopReport;
import dev.sallyport.supervisor.StopReport.GroupStop;
import dev.sallyport.supervisor.StopReport.WorkerStop;
import dev.sallyport.supervisor.config.Columns;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The lifecycle report: how every group and worker ended. */
final class StopTable {

    private StopTable() {}

    /** One row for each group, and below it a row for each worker that did not end clean. */
    static String text(StopReport report) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("group", "mode", "workers", "end", "ms"));
        List<List<String>> notable = new ArrayList<>();
        for (GroupStop group : report.groups()) {
            rows.add(List.of(
                    group.name(),
                    lower(group.mode()),
                    Integer.toString(group.workers().size()),
                    ends(group),
                    Long.toString(group.millis())));
            group.workers().stream()
                    .filter(worker -> worker.end() != StopReport.End.CLEAN
                            || !worker.survivors().isEmpty())
                    .forEach(worker -> notable.add(row(worker)));
        }
        return Columns.align(rows) + Columns.align(notable);
    }

    /** {@code 2 clean, 1 killed}. */
    private static String ends(GroupStop group) {
        Map<String, Long> counts = group.workers().stream()
                .collect(Collectors.groupingBy(worker -> lower(worker.end()), TreeMap::new, Collectors.counting()));
        return counts.entrySet().stream()
                .map(end -> end.getValue() + " " + end.getKey())
                .collect(Collectors.joining(", "));
    }

    private static List<String> row(WorkerStop worker) {
        String code = worker.code() == 0 ? "" : "(" + worker.code() + ")";
        String survivors = worker.survivors().isEmpty() ? "" : "left running: " + String.join(", ", worker.survivors());
        return List.of(
                "  " + worker.worker(),
                "pid " + worker.pid(),
                lower(worker.end()) + code,
                "at " + lower(worker.phase()),
                worker.abandoned() + " calls abandoned",
                survivors);
    }

    static Map<String, Object> toMap(StopReport report) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("graceful", report.isGraceful());
        map.put("groups", report.groups().stream().map(StopTable::toMap).toList());
        return map;
    }

    private static Map<String, Object> toMap(GroupStop group) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("name", group.name());
        map.put("mode", lower(group.mode()));
        map.put("ms", group.millis());
        map.put("workers", group.workers().stream().map(StopTable::toMap).toList());
        return map;
    }

    private static Map<String, Object> toMap(WorkerStop worker) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("worker", worker.worker().toString());
        map.put("pid", worker.pid());
        map.put("end", lower(worker.end()));
        map.put("code", worker.code());
        map.put("phase", lower(worker.phase()));
        map.put("ms", worker.millis());
        map.put("completed", worker.completed());
        map.put("abandoned", worker.abandoned());
        map.put("survivors", worker.survivors());
        return map;
    }

    private static String lower(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
