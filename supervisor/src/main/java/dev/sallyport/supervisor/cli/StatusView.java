package dev.sallyport.supervisor.cli;

import dev.sallyport.proto.admin.v1.GroupRow;
import dev.sallyport.proto.admin.v1.Status;
import dev.sallyport.proto.admin.v1.StatusRequest;
import dev.sallyport.proto.admin.v1.WorkerRow;
import dev.sallyport.supervisor.admin.AdminClient;
import dev.sallyport.supervisor.admin.AdminException;
import dev.sallyport.supervisor.admin.AdminMethods;
import dev.sallyport.supervisor.process.Printable;
import dev.sallyport.supervisor.process.ResidentMemory;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The status of a supervisor, as a table and as JSON. Texts from outside are made printable. */
record StatusView(Status status) {

    private static final Comparator<WorkerRow> ORDER = Comparator.comparing(WorkerRow::getGroup)
            .thenComparing(row -> row.getWorker().length())
            .thenComparing(WorkerRow::getWorker)
            .thenComparing(WorkerRow::getIncarnation);

    /** Asks for all rows, page by page. */
    static StatusView of(AdminClient client) throws AdminException {
        Status.Builder all = Status.newBuilder();
        int row = 0;
        do {
            Status page = client.ask(
                    AdminMethods.STATUS,
                    StatusRequest.newBuilder().setFirstRow(row).build());
            all.mergeFrom(page);
            row = page.getNextRow();
        } while (row > 0);
        return new StatusView(all.build());
    }

    Optional<GroupRow> group(String name) {
        return status.getGroupsList().stream()
                .filter(row -> row.getName().equals(name))
                .findFirst();
    }

    /** The names of all groups, for a sentence. */
    String groups() {
        return status.getGroupsList().stream()
                .map(row -> Printable.text(row.getName()))
                .collect(Collectors.joining(", "));
    }

    List<WorkerRow> workers() {
        return status.getWorkersList().stream().sorted(ORDER).toList();
    }

    List<WorkerRow> workers(String group) {
        return workers().stream().filter(row -> row.getGroup().equals(group)).toList();
    }

    String text(Style style) {
        StringBuilder text = new StringBuilder();
        text.append("supervisor ").append(status.getPid()).append(' ').append(Printable.text(status.getState()));
        text.append(" for ").append(Amounts.duration(status.getUptimeMs())).append(", ");
        text.append(Printable.text(status.getMode())).append(", ").append(Printable.text(status.getConfig()));
        text.append("\n\n");
        text.append(style.table(
                List.of("group", "state", "ready", "restarts", "evidence"),
                status.getGroupsList().stream().map(StatusView::cells).toList()));
        if (status.getWorkersCount() > 0) {
            text.append('\n')
                    .append(style.table(
                            List.of("worker", "pid", "phase", "uptime", "restarts", "in flight", "rss"),
                            workers().stream().map(StatusView::cells).toList()));
        }
        return text.toString();
    }

    private static List<String> cells(GroupRow row) {
        return List.of(
                Printable.text(row.getName()),
                Printable.text(row.getState()),
                row.getReady() + "/" + row.getSize(),
                Integer.toString(row.getRestarts()),
                Printable.text(row.getEvidence()));
    }

    private static List<String> cells(WorkerRow row) {
        OptionalLong rss = ResidentMemory.ofPid(row.getPid());
        return List.of(
                name(row),
                row.getPid() == 0 ? "-" : Long.toString(row.getPid()),
                Printable.text(row.getPhase()),
                Amounts.duration(row.getUptimeMs()),
                Long.toString(restarts(row)),
                Integer.toString(row.getInFlight()),
                rss.isEmpty() ? "-" : Amounts.bytes(rss.getAsLong()));
    }

    private static String name(WorkerRow row) {
        return Printable.text(row.getGroup() + "/" + row.getWorker() + "#" + row.getIncarnation());
    }

    private static long restarts(WorkerRow row) {
        return Math.max(0, row.getIncarnation() - 1);
    }

    Map<String, @Nullable Object> toMap() {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        map.put("pid", status.getPid());
        map.put("version", status.getVersion());
        map.put("config", status.getConfig());
        map.put("mode", status.getMode());
        map.put("state", status.getState());
        map.put("uptime_ms", status.getUptimeMs());
        map.put("groups", status.getGroupsList().stream().map(StatusView::map).toList());
        map.put("workers", workers().stream().map(StatusView::map).toList());
        return map;
    }

    private static Map<String, Object> map(GroupRow row) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("name", row.getName());
        map.put("state", row.getState());
        map.put("size", row.getSize());
        map.put("ready", row.getReady());
        map.put("restarts", row.getRestarts());
        map.put("evidence", row.getEvidence());
        return map;
    }

    private static Map<String, @Nullable Object> map(WorkerRow row) {
        OptionalLong rss = ResidentMemory.ofPid(row.getPid());
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        map.put("worker", name(row));
        map.put("group", row.getGroup());
        map.put("pid", row.getPid());
        map.put("phase", row.getPhase());
        map.put("uptime_ms", row.getUptimeMs());
        map.put("restarts", restarts(row));
        map.put("in_flight", row.getInFlight());
        map.put("rss_bytes", rss.isEmpty() ? null : rss.getAsLong());
        return map;
    }
}
