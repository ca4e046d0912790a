package dev.sallyport.supervisor.cli;

import dev.sallyport.supervisor.admin.RunDirectory;
import dev.sallyport.supervisor.launch.Supervisors;
import dev.sallyport.transport.Routes;
import dev.sallyport.transport.TransportObserver;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;

/** The program {@code sallyport}. */
public final class Main {

    private Main() {}

    /** Runs one command and exits with its code. */
    public static void main(String[] arguments) {
        LogSetup.use(0);
        PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
        PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
        SupervisorFactory factory = (config, listener, administration) ->
                Supervisors.create(config, Routes.none(), listener, TransportObserver.NONE, administration);
        CommandLine command = SallyportCommand.commandLine(
                new Shell(out, err, Style.ofThisTerminal(), RunDirectory.ofThisUser(), factory, Signals::ofProcess));
        int code = command.execute(arguments);
        out.flush();
        err.flush();
        System.exit(code);
    }
}
