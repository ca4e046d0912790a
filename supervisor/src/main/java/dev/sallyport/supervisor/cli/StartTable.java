package dev.sallyport.supervisor.cli;

import dev.sallyport.supervisor.ArchiveUse;
import dev.sallyport.supervisor.WorkerPhase;
import dev.sallyport.supervisor.config.Columns;
import dev.sallyport.transport.PeerId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** How fast each worker started. Written by the supervisor's thread, read by the program's. */
final class StartTable {

    /** By group, worker 2 before worker 10, and incarnation. */
    private static final Comparator<PeerId> ORDER = Comparator.comparing(PeerId::group)
            .thenComparing(id -> id.worker().length())
            .thenComparing(PeerId::worker)
            .thenComparing(PeerId::incarnation);

    private final Map<PeerId, Start> starts = new TreeMap<>(ORDER);

    private static final class Start {
        long pid;

        @Nullable
        ArchiveUse archive;

        final Map<WorkerPhase, Long> millis = new EnumMap<>(WorkerPhase.class);
    }

    synchronized void reached(PeerId worker, WorkerPhase phase, long pid, long millis) {
        Start start = starts.computeIfAbsent(worker, id -> new Start());
        start.pid = pid;
        start.millis.put(phase, millis);
    }

    synchronized void archive(PeerId worker, ArchiveUse use) {
        starts.computeIfAbsent(worker, id -> new Start()).archive = use;
    }

    /** One row for each worker: its pid, the milliseconds from its spawn to each phase, and whether it used a class archive. */
    synchronized String text() {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("worker", "pid", "authenticated ms", "container ms", "ready ms", "class archive"));
        starts.forEach((worker, start) -> rows.add(List.of(
                worker.toString(),
                start.pid == 0 ? "-" : Long.toString(start.pid),
                cell(start, WorkerPhase.AUTHENTICATED),
                cell(start, WorkerPhase.CONTAINER_UP),
                cell(start, WorkerPhase.READY),
                start.archive == null ? "-" : lower(start.archive))));
        return Columns.align(rows);
    }

    synchronized List<Map<String, @Nullable Object>> toList() {
        List<Map<String, @Nullable Object>> list = new ArrayList<>();
        starts.forEach((worker, start) -> {
            Map<String, @Nullable Object> row = new LinkedHashMap<>();
            row.put("worker", worker.toString());
            row.put("pid", start.pid);
            for (WorkerPhase phase : WorkerPhase.values()) {
                row.put(lower(phase) + "_ms", start.millis.get(phase));
            }
            row.put("class_archive", start.archive == null ? null : lower(start.archive));
            list.add(row);
        });
        return list;
    }

    private static String lower(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    private static String cell(Start start, WorkerPhase phase) {
        Long millis = start.millis.get(phase);
        return millis == null ? "-" : millis.toString();
    }
}
