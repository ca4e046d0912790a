package dev.sallyport.supervisor.cli;

import dev.sallyport.supervisor.admin.AdminClient;
import dev.sallyport.supervisor.admin.AdminException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "ps",
        description = {
            "Shows the groups and workers of a running supervisor: state, process, uptime, restarts, calls in flight, memory.",
            "restarts of a worker counts its starts before this one."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  sallyport ps                          the only supervisor that runs",
            "  sallyport ps --config service.yml     the one of this configuration",
            "  sallyport ps --watch                  again every two seconds",
            "  sallyport ps --json | jq .workers     for machines"
        },
        sortOptions = false)
final class PsCommand extends AdminCommand {

    private static final String CLEAR = "\u001b[H\u001b[2J";

    @Option(
            names = {"-w", "--watch"},
            arity = "0..1",
            fallbackValue = "2",
            paramLabel = "SECONDS",
            description = "Show it again every so many seconds (2), until the supervisor ends.")
    private @Nullable Integer watch;

    PsCommand(Shell shell) {
        super(shell);
    }

    @Override
    ExitCode ask(AdminClient client) throws AdminException {
        show(StatusView.of(client));
        while (watch != null && !shell().out().checkError()) {
            LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(Math.max(1, watch)));
            try {
                show(StatusView.of(client));
            } catch (AdminException e) {
                if (Departure.hasLeft(client.file(), shell().directory())) {
                    shell().note("the supervisor has ended");
                    return ExitCode.OK;
                }
                throw e;
            }
        }
        return ExitCode.OK;
    }

    private void show(StatusView view) {
        if (json()) {
            shell().out().println(watch == null ? Json.write(view.toMap()) : Json.line(view.toMap()));
        } else {
            if (watch != null) {
                shell().out().print(shell().style() == Style.COLOURED ? CLEAR : "\n");
            }
            shell().out().print(view.text(shell().style()));
        }
        shell().out().flush();
    }
}
