package dev.sallyport.supervisor.cli;

import dev.sallyport.proto.admin.v1.Postmortem;
import dev.sallyport.proto.admin.v1.Postmortems;
import dev.sallyport.proto.admin.v1.PostmortemsRequest;
import dev.sallyport.supervisor.admin.AdminClient;
import dev.sallyport.supervisor.admin.AdminException;
import dev.sallyport.supervisor.admin.AdminException.Kind;
import dev.sallyport.supervisor.admin.AdminMethods;
import dev.sallyport.supervisor.admin.PostmortemFile;
import dev.sallyport.supervisor.admin.RunFile;
import dev.sallyport.supervisor.process.Printable;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "postmortem",
        description = {
            "Shows how workers ended that nobody had asked to: exit code or signal, phase, calls in flight, last heartbeat, signs of"
                    + " exhausted memory, fatal-error file, last output.",
            "Of the running supervisor; when none is meant that runs, of the last one that had such an end."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  sallyport postmortem                        the one that runs, or the last",
            "  sallyport postmortem --config service.yml   of this configuration"
        },
        sortOptions = false)
final class PostmortemCommand implements Callable<Integer> {

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT).withZone(ZoneId.systemDefault());

    @Mixin
    private SupervisorChoice choice = new SupervisorChoice();

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    private final Shell shell;

    PostmortemCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() {
        try {
            show(ends());
            return ExitCode.OK.code();
        } catch (AdminException e) {
            return shell.failed(Failure.of(e), json);
        }
    }

    private List<Postmortem> ends() throws AdminException {
        try (AdminClient client = new AdminClient(choice.choose(shell.directory()))) {
            return ask(client);
        } catch (AdminException e) {
            if (e.kind() != Kind.NO_SUPERVISOR) {
                throw e;
            }
            return written(e);
        }
    }

    private static List<Postmortem> ask(AdminClient client) throws AdminException {
        List<Postmortem> all = new ArrayList<>();
        long after = 0;
        boolean more = true;
        while (more) {
            Postmortems page = client.ask(
                    AdminMethods.POSTMORTEMS,
                    PostmortemsRequest.newBuilder().setAfter(after).build());
            for (Postmortem end : page.getEndsList()) {
                all.add(end);
                after = end.getNumber();
            }
            more = page.getMore();
        }
        return all;
    }

    private List<Postmortem> written(AdminException none) throws AdminException {
        for (RunFile file : shell.directory().postmortems()) {
            if (choice.isMeant(file)) {
                shell.note("of " + file.name() + " (pid " + file.pid() + "), which does not run any more");
                return PostmortemFile.read(file.path());
            }
        }
        throw new AdminException(Kind.NO_SUPERVISOR, none.getMessage() + "; and none that ended left a post-mortem");
    }

    private void show(List<Postmortem> ends) {
        if (json) {
            shell.out()
                    .println(Json.write(Map.of(
                            "ends", ends.stream().map(PostmortemCommand::map).toList())));
        } else if (ends.isEmpty()) {
            shell.out().println("no worker has ended that was not asked to");
        } else {
            ends.forEach(this::show);
        }
        shell.out().flush();
    }

    private void show(Postmortem end) {
        String head = TIME.format(Instant.ofEpochMilli(end.getTimeMs())) + "  " + Printable.text(end.getSubject());
        shell.out().println(shell.style().bold(head));
        for (String part : end.getEvidence().split("; ", -1)) {
            shell.out().println("  " + Printable.text(part));
        }
    }

    private static Map<String, Object> map(Postmortem end) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("number", end.getNumber());
        map.put("time", Instant.ofEpochMilli(end.getTimeMs()).toString());
        map.put("subject", end.getSubject());
        map.put("evidence", end.getEvidence());
        return map;
    }
}
