package dev.sallyport.supervisor.cli;

import dev.sallyport.proto.admin.v1.WorkerRow;
import dev.sallyport.supervisor.admin.AdminClient;
import dev.sallyport.supervisor.admin.AdminException;
import dev.sallyport.supervisor.admin.AdminMethods;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;

@Command(
        name = "restart",
        description = {
            "Replaces the workers of one group that runs, one after the other: the next one is ready before the old one drains and"
                    + " exits, so no call fails. It is not counted as a restart, and needs room for one process more.",
            "What a worker keeps in memory is lost with it: do not restart groups that keep state."
        },
        footerHeading = "%nExamples:%n",
        footer = {"  sallyport restart parse", "  sallyport restart parse --config service.yml --timeout 30"},
        sortOptions = false)
final class RestartCommand extends GroupCommand {

    RestartCommand(Shell shell) {
        super(shell, new Words("restarted", " is restarted", " is restarting", "to have all workers replaced"));
    }

    @Override
    Wait.Condition order(AdminClient client, String group) throws AdminException {
        Map<String, Long> before = StatusView.of(client).workers(group).stream()
                .collect(Collectors.toMap(WorkerRow::getWorker, WorkerRow::getIncarnation, Math::max));
        client.order(
                AdminMethods.RESTART,
                dev.sallyport.proto.admin.v1.RestartCommand.newBuilder()
                        .setGroup(group)
                        .build());
        return () -> areReplaced(StatusView.of(client).workers(group), before);
    }

    /** Whether each place has a later incarnation that is ready, and no earlier one is left. */
    private static boolean areReplaced(List<WorkerRow> now, Map<String, Long> before) {
        return now.stream()
                        .allMatch(row -> row.getPhase().equals("ready")
                                && row.getIncarnation() > before.getOrDefault(row.getWorker(), 0L))
                && now.stream().map(WorkerRow::getWorker).distinct().count() >= before.size();
    }
}
