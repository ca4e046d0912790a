package dev.sallyport.supervisor.cli;

import dev.sallyport.supervisor.admin.AdminClient;
import dev.sallyport.supervisor.admin.AdminException;
import dev.sallyport.supervisor.admin.AdminMethods;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "stop",
        description = {
            "Stops a running supervisor as SIGTERM does: workers drain, flush, acknowledge and exit, then the supervisor does.",
            "Waits until its process has ended."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  sallyport stop                        the only supervisor that runs",
            "  sallyport stop --pid 4711 --no-wait   order it, and return"
        },
        sortOptions = false)
final class StopCommand extends AdminCommand {

    @Mixin
    private Wait wait = new Wait();

    StopCommand(Shell shell) {
        super(shell);
    }

    @Override
    ExitCode ask(AdminClient client) throws AdminException {
        long pid = client.file().pid();
        client.order(AdminMethods.STOP, dev.sallyport.proto.admin.v1.StopCommand.getDefaultInstance());
        boolean gone =
                wait.isWanted() && wait.until(() -> hasEnded(client, pid), "supervisor " + pid + " to end", shell());
        if (json()) {
            shell().out().println(Json.write(Map.of("pid", pid, "stopped", gone)));
        } else {
            shell().out().println("supervisor " + pid + (gone ? " has stopped" : " is stopping"));
        }
        return gone || !wait.isWanted() ? ExitCode.OK : ExitCode.RUN_FAILED;
    }

    /** A supervisor inside another program, this one too, ends before its process does. */
    private boolean hasEnded(AdminClient client, long pid) throws AdminException {
        return Departure.hasLeft(client.file(), shell().directory())
                && (client.file().isStale() || pid == ProcessHandle.current().pid());
    }
}
