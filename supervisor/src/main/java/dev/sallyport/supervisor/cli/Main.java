package dev.sallyport.supervisor.cli;

import dev.sallyport.supervisor.BootstrapSupervisor;
import dev.sallyport.supervisor.RuntimeConfig;
import dev.sallyport.supervisor.SupervisorException;
import dev.sallyport.supervisor.SupervisorListener;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import picocli.CommandLine;

/** The program {@code sallyport}. */
public final class Main {

    private Main() {}

    private static BootstrapSupervisor notLinked(RuntimeConfig config, SupervisorListener listener) {
        throw new SupervisorException(
                SupervisorException.Category.BOOTSTRAP, "this build has no supervisor to run with", List.of(), null);
    }

    /** Runs one command and exits with its code. */
    public static void main(String[] arguments) {
        LogSetup.use(0);
        PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
        PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
        CommandLine command = SallyportCommand.commandLine(out, err, Main::notLinked, Signals::ofProcess);
        int code = command.execute(arguments);
        out.flush();
        err.flush();
        System.exit(code);
    }
}
