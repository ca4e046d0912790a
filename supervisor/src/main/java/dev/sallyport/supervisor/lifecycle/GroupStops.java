package dev.sallyport.supervisor.lifecycle;

import dev.sallyport.supervisor.StopReport;
import dev.sallyport.supervisor.StopReport.GroupStop;
import dev.sallyport.supervisor.StopReport.Mode;
import dev.sallyport.supervisor.StopReport.WorkerStop;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** How the groups stopped, in the order in which they did. */
final class GroupStops {

    private final List<GroupStop> stops = new ArrayList<>();

    /**
     * The one stop event of a group.
     *
     * @param ended all that ended in the stop
     * @param last how the last incarnation of each worker ended
     */
    static GroupStop of(String group, long millis, List<WorkerEnd> ended, List<WorkerEnd> last) {
        Mode mode = ended.stream().anyMatch(WorkerEnd::forced) ? Mode.FORCED : Mode.GRACEFUL;
        return new GroupStop(
                group, mode, millis, last.stream().map(WorkerEnd::stop).toList());
    }

    /** Takes in what has stopped since; of those that did at once, the last started first. */
    void collect(List<GroupLifecycle> order) {
        for (int i = order.size() - 1; i >= 0; i--) {
            GroupStop stop = order.get(i).stop();
            if (stop != null && !stops.contains(stop)) {
                stops.add(stop);
            }
        }
    }

    Action.AllStopped allStopped(List<GroupLifecycle> order) {
        return new Action.AllStopped(
                new StopReport(stops), named(order, WorkerEnd::leftRunning), named(order, WorkerEnd::notEnded));
    }

    private static List<String> named(List<GroupLifecycle> order, Predicate<WorkerEnd> which) {
        return order.stream()
                .flatMap(group -> group.ends().stream())
                .filter(which)
                .map(end -> name(end.stop()))
                .toList();
    }

    private static String name(WorkerStop record) {
        return record.worker() + " (pid " + record.pid() + ")";
    }
}
