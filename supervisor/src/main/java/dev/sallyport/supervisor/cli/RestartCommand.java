package dev.sallyport.supervisor.cli;

import dev.sallyport.proto.admin.v1.WorkerRow;
import dev.sallyport.supervisor.admin.AdminClient;
import dev.sallyport.supervisor.admin.AdminException;
import dev.sallyport.supervisor.admin.AdminMethods;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

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
final class RestartCommand extends AdminCommand {

    @Parameters(paramLabel = "GROUP", description = "The group's name, as ps shows it.")
    private String group = "";

    @Mixin
    private Wait wait = new Wait();

    RestartCommand(Shell shell) {
        super(shell);
    }

    @Override
    ExitCode ask(AdminClient client) throws AdminException {
        Map<String, Long> before = StatusView.of(client).workers(group).stream()
                .collect(Collectors.toMap(WorkerRow::getWorker, WorkerRow::getIncarnation, Math::max));
        client.order(
                AdminMethods.RESTART,
                dev.sallyport.proto.admin.v1.RestartCommand.newBuilder()
                        .setGroup(group)
                        .build());
        boolean done = wait.isWanted()
                && wait.until(
                        () -> areReplaced(StatusView.of(client).workers(group), before),
                        "the workers of " + group + " to be replaced",
                        shell());
        if (json()) {
            shell().out().println(Json.write(Map.of("group", group, "restarted", done)));
        } else {
            shell().out().println("group " + group + (done ? " is restarted" : " is restarting"));
        }
        return done || !wait.isWanted() ? ExitCode.OK : ExitCode.RUN_FAILED;
    }

    /** Whether each place has a later incarnation that is ready, and no earlier one is left. */
    private static boolean areReplaced(List<WorkerRow> now, Map<String, Long> before) {
        return now.stream()
                        .allMatch(row -> row.getPhase().equals("ready")
                                && row.getIncarnation() > before.getOrDefault(row.getWorker(), 0L))
                && now.stream().map(WorkerRow::getWorker).distinct().count() >= before.size();
    }
}
