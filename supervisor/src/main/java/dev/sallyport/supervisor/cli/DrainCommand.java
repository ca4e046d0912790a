package dev.sallyport.supervisor.cli;

import dev.sallyport.proto.admin.v1.GroupRow;
import dev.sallyport.supervisor.admin.AdminClient;
import dev.sallyport.supervisor.admin.AdminException;
import dev.sallyport.supervisor.admin.AdminMethods;
import java.util.Set;
import picocli.CommandLine.Command;

@Command(
        name = "drain",
        description = {
            "Stops one group without loss: it takes no new calls, finishes those in flight, flushes, and its workers exit.",
            "The other groups run on; calls to the drained group end with DRAINING. It starts again with the supervisor."
        },
        footerHeading = "%nExamples:%n",
        footer = {"  sallyport drain parse", "  sallyport drain parse --config service.yml --timeout 30"},
        sortOptions = false)
final class DrainCommand extends GroupCommand {

    private static final Set<String> OVER = Set.of("stopped", "failed");

    DrainCommand(Shell shell) {
        super(shell, new Words("drained", " is drained", " is draining", "to drain"));
    }

    @Override
    Wait.Condition order(AdminClient client, String group) throws AdminException {
        client.order(
                AdminMethods.DRAIN,
                dev.sallyport.proto.admin.v1.DrainCommand.newBuilder()
                        .setGroup(group)
                        .build());
        return () -> StatusView.of(client)
                .group(group)
                .map(GroupRow::getState)
                .filter(OVER::contains)
                .isPresent();
    }
}
