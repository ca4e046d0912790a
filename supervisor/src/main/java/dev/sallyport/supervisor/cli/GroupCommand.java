package dev.sallyport.supervisor.cli;

import dev.sallyport.supervisor.admin.AdminClient;
import dev.sallyport.supervisor.admin.AdminException;
import java.util.Map;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** A command that orders something for one group, and waits until it is done. */
abstract class GroupCommand extends AdminCommand {

    /**
     * How the command tells of it.
     *
     * @param key in JSON
     * @param done of the group, when it is
     * @param begun of the group, until then
     * @param awaited of the group, while it is waited for
     */
    record Words(String key, String done, String begun, String awaited) {}

    @Parameters(paramLabel = "GROUP", description = "The group's name, as ps shows it.")
    private String group = "";

    @Mixin
    private Wait wait = new Wait();

    private final Words words;

    GroupCommand(Shell shell, Words words) {
        super(shell);
        this.words = words;
    }

    /** Gives the order for the group, and returns what is met when it is carried out. */
    abstract Wait.Condition order(AdminClient client, String group) throws AdminException;

    @Override
    ExitCode ask(AdminClient client) throws AdminException {
        Wait.Condition condition = order(client, group);
        boolean done = wait.isWanted() && wait.until(condition, "group " + group + " " + words.awaited(), shell());
        if (json()) {
            shell().out().println(Json.write(Map.of("group", group, words.key(), done)));
        } else {
            shell().out().println("group " + group + (done ? words.done() : words.begun()));
        }
        return done || !wait.isWanted() ? ExitCode.OK : ExitCode.RUN_FAILED;
    }
}
