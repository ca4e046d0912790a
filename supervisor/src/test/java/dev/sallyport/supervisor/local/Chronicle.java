package dev.sallyport.supervisor.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.supervisor.StopReport;
import dev.sallyport.supervisor.SupervisorListener;
import dev.sallyport.supervisor.WorkerPhase;
import dev.sallyport.transport.PeerId;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * What a supervisor told of its workers, checked against the written table of the state machine: between two states that were
 * told there must be a way that leads through none of those that are always told.
 */
final class Chronicle implements SupervisorListener {

    /** Told whenever a worker gets there. */
    private static final Set<String> TOLD = Set.of("SPAWNED", "AUTHENTICATED", "CONTAINER_UP", "READY");

    private static final Map<String, Set<String>> STEPS = readTable();

    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final Map<PeerId, List<String>> states = new HashMap<>();
    private final List<String> announced = new ArrayList<>();
    private final List<StopReport.GroupStop> stops = new CopyOnWriteArrayList<>();

    /** Each row is a state, an event, an arrow and the next state. */
    private static Map<String, Set<String>> readTable() {
        String table = "/dev/sallyport/supervisor/lifecycle/worker-table.txt";
        Map<String, Set<String>> steps = new HashMap<>();
        try (InputStream in = Objects.requireNonNull(Chronicle.class.getResourceAsStream(table))) {
            new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().forEach(row -> {
                String next = row.substring(row.indexOf("->") + 2).trim().split(" ", 2)[0];
                steps.computeIfAbsent(state(row.substring(0, 20).trim()), key -> new HashSet<>())
                        .add(next);
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return steps;
    }

    /** The table's rows are situations, some of which share a state. */
    private static String state(String row) {
        return switch (row) {
            case "READY, lane lost" -> "READY";
            case "stop before spawned", "stop before lane", "DRAIN", "CANCEL", "TERM", "KILL" -> "STOPPING";
            case "ENDED unspawned" -> "ENDED";
            default -> row;
        };
    }

    @Override
    public synchronized void workerPhase(PeerId worker, WorkerPhase phase, long pid, long millis) {
        if (phase == WorkerPhase.SPAWNED && worker.incarnation() > 1) {
            assertLegal(announced.contains(worker.toString()), worker + " was started and not announced");
        }
        reached(worker, phase.name());
    }

    @Override
    public synchronized void workerLost(PeerId worker, String evidence) {
        lines.add("lost " + worker + " " + evidence);
        reached(worker, "ENDED");
    }

    @Override
    public synchronized void workerRestarting(PeerId next, int restartsInWindow, long delayMillis) {
        lines.add("restarting " + next);
        announced.add(next.toString());
    }

    @Override
    public synchronized void workerReplacing(PeerId worker, PeerId next, String reason) {
        announced.add(next.toString());
    }

    @Override
    public synchronized void workerReplaced(PeerId next, StopReport.WorkerStop worker) {
        lines.add("replaced " + worker);
        reached(worker.worker(), "ENDED");
    }

    @Override
    public synchronized void groupStopped(StopReport.GroupStop stop) {
        lines.add("stopped " + stop);
        stops.add(stop);
        for (StopReport.WorkerStop worker : stop.workers()) {
            List<String> its = states.getOrDefault(worker.worker(), List.of());
            if (its.isEmpty() || !its.get(its.size() - 1).equals("ENDED")) {
                reached(worker.worker(), "ENDED");
            }
        }
    }

    private void reached(PeerId worker, String state) {
        lines.add(worker + " " + state);
        List<String> its = states.computeIfAbsent(worker, key -> new ArrayList<>());
        String before = its.isEmpty() ? "SPAWNING" : its.get(its.size() - 1);
        its.add(state);
        assertLegal(mayFollow(before, state), worker + ": " + before + " -> " + state);
    }

    private void assertLegal(boolean legal, String what) {
        if (!legal) {
            lines.add("ILLEGAL " + what);
        }
    }

    private static boolean mayFollow(String before, String after) {
        Deque<String> open = new ArrayDeque<>(List.of(before));
        Set<String> seen = new HashSet<>();
        while (!open.isEmpty()) {
            for (String next : STEPS.getOrDefault(open.removeFirst(), Set.of())) {
                if (next.equals(after) && !before.equals(after)) {
                    return true;
                }
                if (!TOLD.contains(next) && seen.add(next)) {
                    open.add(next);
                }
            }
        }
        return false;
    }

    /** Everything that was told, in order. */
    List<String> lines() {
        return lines;
    }

    List<StopReport.GroupStop> stops() {
        return stops;
    }

    /** Fails unless every step was legal, and every one of these groups had its one stop event, as the last word on it. */
    synchronized void check(String... groups) {
        assertThat(lines).noneMatch(line -> line.startsWith("ILLEGAL"));
        assertThat(stops).extracting(StopReport.GroupStop::name).containsExactlyInAnyOrder(groups);
        assertThat(states)
                .allSatisfy((worker, its) -> assertThat(its)
                        .as("%s in %s", worker, lines)
                        .endsWith("ENDED")
                        .doesNotHaveDuplicates());
    }
}
