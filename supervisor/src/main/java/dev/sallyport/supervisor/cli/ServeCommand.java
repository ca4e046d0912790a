package dev.sallyport.supervisor.cli;

import dev.sallyport.supervisor.SupervisorException;
import dev.sallyport.supervisor.config.LoadedConfig;
import dev.sallyport.transport.RejectedException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "serve",
        description = {
            "Starts the configured groups and keeps them up, until sallyport stop, SIGTERM or Ctrl-C; then stops them gracefully.",
            "Restarts workers by their policy; ends with 5 when a group is given up."
        },
        footerHeading = "%nExamples:%n",
        footer = {"  sallyport serve --config service.yml &", "  sallyport ps", "  sallyport stop"},
        sortOptions = false)
final class ServeCommand implements Callable<Integer> {

    @Mixin
    private ConfigArgument config = new ConfigArgument();

    @Option(names = "--json", description = "Print one JSON object at the end instead of tables.")
    private boolean json;

    private final Shell shell;

    ServeCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() {
        RunOutput progress = new RunOutput(shell.out(), shell.err(), json);
        try {
            LoadedConfig loaded = config.load();
            loaded.warnings().forEach(warning -> progress.note("warning: " + config.file() + ":" + warning));
            if (loaded.config().ipc() == null) {
                progress.note("no command can reach an in-memory supervisor: end it by Ctrl-C");
            }
            RunSession session = new RunSession(loaded.config(), config.file(), shell, new ServeWork(), progress);
            RunResult result = shell.signals().during(session, () -> {
                RunResult reached = session.run();
                reached.print(shell, loaded.config(), "", json);
                return reached;
            });
            return result.exit().code();
        } catch (SupervisorException e) {
            return shell.failed(Failure.of(e), json);
        } catch (RejectedException e) {
            return shell.failed(Failure.of(e), json);
        }
    }
}
