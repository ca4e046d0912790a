package dev.sallyport.supervisor.cli;

import dev.sallyport.proto.admin.v1.GroupRow;
import dev.sallyport.supervisor.admin.AdminClient;
import dev.sallyport.supervisor.admin.AdminException;
import dev.sallyport.supervisor.admin.AdminMethods;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
        name = "drain",
        description = {
            "Stops one group without loss: it takes no new calls, finishes those in flight, flushes, and its workers exit.",
            "The other groups run on; calls to the drained group end with DRAINING. It starts again with the supervisor."
        },
        footerHeading = "%nExamples:%n",
        footer = {"  sallyport drain parse", "  sallyport drain parse --config service.yml --timeout 30"},
        sortOptions = false)
final class DrainCommand extends AdminCommand {

    @Parameters(paramLabel = "GROUP", description = "The group's name, as ps shows it.")
    private String group = "";

    @Mixin
    private Wait wait = new Wait();

    DrainCommand(Shell shell) {
        super(shell);
    }

    @Override
    ExitCode ask(AdminClient client) throws AdminException {
        client.order(
                AdminMethods.DRAIN,
                dev.sallyport.proto.admin.v1.DrainCommand.newBuilder()
                        .setGroup(group)
                        .build());
        boolean drained = wait.isWanted()
                && wait.until(() -> hasStopped(StatusView.of(client)), "group " + group + " to drain", shell());
        if (json()) {
            shell().out().println(Json.write(Map.of("group", group, "drained", drained)));
        } else {
            shell().out().println("group " + group + (drained ? " is drained" : " is draining"));
        }
        return drained || !wait.isWanted() ? ExitCode.OK : ExitCode.RUN_FAILED;
    }

    private boolean hasStopped(StatusView view) {
        return view.group(group)
                .map(GroupRow::getState)
                .filter(Set.of("stopped", "failed")::contains)
                .isPresent();
    }
}
