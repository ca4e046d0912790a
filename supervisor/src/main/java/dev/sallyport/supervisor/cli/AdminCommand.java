package dev.sallyport.supervisor.cli;

import dev.sallyport.supervisor.admin.AdminClient;
import dev.sallyport.supervisor.admin.AdminException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** A command that asks a running supervisor. */
abstract class AdminCommand implements Callable<Integer> {

    @Mixin
    private SupervisorChoice choice = new SupervisorChoice();

    @Option(names = "--json", description = "Print JSON instead of tables.")
    private boolean json;

    private final Shell shell;

    AdminCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() {
        try (AdminClient client = new AdminClient(choice.choose(shell.directory()))) {
            return ask(client).code();
        } catch (AdminException e) {
            return shell.failed(Failure.of(e), json);
        } finally {
            shell.out().flush();
        }
    }

    /** Does the work of the command. */
    abstract ExitCode ask(AdminClient client) throws AdminException;

    Shell shell() {
        return shell;
    }

    SupervisorChoice choice() {
        return choice;
    }

    boolean json() {
        return json;
    }
}
