package dev.sallyport.supervisor.cli;

import dev.sallyport.supervisor.process.Printable;
import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

@Command(
        name = "sallyport",
        mixinStandardHelpOptions = true,
        versionProvider = SallyportCommand.Version.class,
        description =
                "Runs parts of a Java service in isolated worker processes, over authenticated loopback channels.",
        footerHeading = "%nA first look, with the example that comes along:%n",
        footer = {
            "  sallyport check --config examples/fund-loads/process.yml",
            "  sallyport run --config examples/fund-loads/process.yml \\",
            "    --input examples/fund-loads/sample.jsonl --output decisions.jsonl",
            "",
            "Each command has its own page with examples: sallyport COMMAND --help"
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            " 0:the command did what it was asked",
            " 1:a call failed, the run was ended from outside, or what was ordered is not done in time",
            " 2:wrong arguments",
            " 3:the configuration is not valid",
            " 4:a line of the input is not a record",
            " 5:a worker was lost, and its state with it",
            " 6:the groups did not start, or were not ready in time",
            " 7:the run succeeded, but a worker was forced to stop or did not stop",
            " 8:the input cannot be read or the output not be written",
            " 9:no running supervisor is the one that was meant, or it cannot be reached or trusted",
            "10:the supervisor does not carry out the order",
            "11:doctor found something that does not work",
            "70:a defect of this program; please report it",
            "128 + n:ended by signal n, after a graceful stop"
        })
final class SallyportCommand {

    @Option(
            names = "-v",
            scope = ScopeType.INHERIT,
            description = "Log more to standard error; -vv and -vvv still more.")
    void verbosity(boolean[] given) {
        LogSetup.use(given.length);
    }

    private SallyportCommand() {}

    /** The whole command line. Its streams are the caller's. */
    static CommandLine commandLine(Shell shell) {
        PrintWriter out = shell.out();
        PrintWriter err = shell.err();
        CommandLine commandLine = new CommandLine(new SallyportCommand())
                .addSubcommand(new RunCommand(shell))
                .addSubcommand(new ServeCommand(shell))
                .addSubcommand(new CheckCommand(out, err))
                .addSubcommand(new PlanCommand(shell))
                .addSubcommand(new PsCommand(shell))
                .addSubcommand(new LogsCommand(shell))
                .addSubcommand(new PostmortemCommand(shell))
                .addSubcommand(new DrainCommand(shell))
                .addSubcommand(new RestartCommand(shell))
                .addSubcommand(new StopCommand(shell))
                .addSubcommand(new DoctorCommand(shell))
                .addSubcommand(new CompletionCommand(out))
                .addSubcommand(new CommandLine.HelpCommand())
                .setOut(out)
                .setErr(err)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setParameterExceptionHandler((e, arguments) -> misused(e, err))
                .setExecutionExceptionHandler((e, command, parsed) -> internal(e, err))
                .setExecutionStrategy(parsed -> execute(parsed, err));
        commandLine.getSubcommands().forEach((name, command) -> {
            if (!name.equals("help")) {
                command.getCommandSpec().addOption(help());
            }
        });
        return commandLine;
    }

    /** An Error as well has its documented exit code: the JVM's own would be that of a failed call. */
    private static int execute(CommandLine.ParseResult parsed, PrintWriter err) {
        try {
            return new CommandLine.RunLast().execute(parsed);
        } catch (Error e) {
            return internal(e, err);
        }
    }

    private static int internal(Throwable failure, PrintWriter err) {
        err.println(
                "sallyport: internal: a defect of this program, or the system has no more memory, descriptors or threads for it"
                        + " (sallyport doctor shows the limits); please report it with this trace");
        failure.printStackTrace(err);
        return ExitCode.INTERNAL.code();
    }

    /** What is wrong and how the command is used: the page is long, and would leave the mistake above the screen. */
    private static int misused(CommandLine.ParameterException mistake, PrintWriter err) {
        CommandLine command = mistake.getCommandLine();
        err.println("sallyport: arguments: " + Printable.text(String.valueOf(mistake.getMessage())));
        CommandLine.UnmatchedArgumentException.printSuggestions(mistake, err);
        CommandLine.Help page = command.getHelp();
        err.print(page.synopsisHeading() + page.synopsis(page.synopsisHeadingLength()));
        err.println("More: " + command.getCommandSpec().qualifiedName() + " --help");
        return ExitCode.USAGE.code();
    }

    private static OptionSpec help() {
        return OptionSpec.builder("-h", "--help")
                .usageHelp(true)
                .description("Show this page and exit.")
                .build();
    }

    /** The version in the jar's manifest. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = SallyportCommand.class.getPackage().getImplementationVersion();
            return new String[] {"sallyport " + (version == null ? "(development)" : version)};
        }
    }
}
