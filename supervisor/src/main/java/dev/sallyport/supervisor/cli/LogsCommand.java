package dev.sallyport.supervisor.cli;

import dev.sallyport.proto.admin.v1.LogLine;
import dev.sallyport.proto.admin.v1.Logs;
import dev.sallyport.proto.admin.v1.LogsRequest;
import dev.sallyport.supervisor.admin.AdminClient;
import dev.sallyport.supervisor.admin.AdminException;
import dev.sallyport.supervisor.admin.AdminException.Kind;
import dev.sallyport.supervisor.admin.AdminMethods;
import dev.sallyport.supervisor.process.Printable;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "logs",
        description = {
            "Shows what the workers printed last, of this incarnation and the one before: at most 200 lines of each stream.",
            "In inline mode workers have no output of their own."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  sallyport logs                 all workers",
            "  sallyport logs parse           the workers of one group",
            "  sallyport logs parse/0 -n 10   the last ten lines of one worker",
            "  sallyport logs parse -f        and what comes, until the supervisor ends"
        },
        sortOptions = false)
final class LogsCommand extends AdminCommand {

    private static final long FOLLOW_MILLIS = 500;
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("HH:mm:ss.SSS", Locale.ROOT).withZone(ZoneId.systemDefault());

    @Parameters(arity = "0..1", paramLabel = "GROUP[/WORKER]", description = "Whose lines; without it, everybody's.")
    private String whose = "";

    @Option(
            names = {"-n", "--lines"},
            defaultValue = "50",
            paramLabel = "N",
            description = "At most the last N lines (${DEFAULT-VALUE}).")
    private int most;

    @Option(
            names = {"-f", "--follow"},
            description = "Show what comes after them too.")
    private boolean follow;

    /** A line and the worker that printed it. */
    private record Printed(String group, String worker, LogLine line) {

        String name() {
            return Printable.text(group + "/" + worker + "#" + line.getIncarnation());
        }
    }

    LogsCommand(Shell shell) {
        super(shell);
    }

    @Override
    ExitCode ask(AdminClient client) throws AdminException {
        Map<String, Long> seen = new HashMap<>();
        show(last(unseen(client, seen)));
        while (follow && !shell().out().checkError()) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(FOLLOW_MILLIS));
            try {
                show(unseen(client, seen));
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

    private List<Printed> last(List<Printed> lines) {
        return lines.subList(Math.max(0, lines.size() - Math.max(0, most)), lines.size());
    }

    /**
     * Every line of those asked for that was not seen yet, in the order in which they were printed. What was seen is kept for each
     * place: while one is asked, another prints, and its lines have the lower numbers.
     */
    private List<Printed> unseen(AdminClient client, Map<String, Long> seen) throws AdminException {
        List<Printed> lines = new ArrayList<>();
        for (String[] worker : workers(client)) {
            String place = worker[0] + "/" + worker[1];
            seen.put(place, collect(client, worker[0], worker[1], seen.getOrDefault(place, 0L), lines));
        }
        lines.sort(Comparator.comparingLong(printed -> printed.line().getNumber()));
        return lines;
    }

    /** Group and worker of each. A place in a group keeps its name whether a worker lives there or not. */
    private List<String[]> workers(AdminClient client) throws AdminException {
        String[] wanted = whose.split("/", 2);
        StatusView status = StatusView.of(client);
        if (!whose.isEmpty() && status.group(wanted[0]).isEmpty()) {
            throw new AdminException(
                    Kind.REFUSED, "no such group: " + Printable.text(wanted[0]) + "; there are: " + status.groups());
        }
        return status.status().getGroupsList().stream()
                .filter(group -> whose.isEmpty() || group.getName().equals(wanted[0]))
                .flatMap(group -> IntStream.range(0, group.getSize())
                        .mapToObj(index -> new String[] {group.getName(), Integer.toString(index)}))
                .filter(place -> wanted.length < 2 || place[1].equals(wanted[1]))
                .toList();
    }

    /** Returns the number of the last line. */
    private static long collect(AdminClient client, String group, String worker, long number, List<Printed> into)
            throws AdminException {
        long after = number;
        boolean more = true;
        while (more) {
            Logs page = client.ask(
                    AdminMethods.LOGS,
                    LogsRequest.newBuilder()
                            .setGroup(group)
                            .setWorker(worker)
                            .setAfter(after)
                            .build());
            for (LogLine line : page.getLinesList()) {
                into.add(new Printed(group, worker, line));
                after = line.getNumber();
            }
            more = page.getMore();
        }
        return after;
    }

    private void show(List<Printed> lines) {
        if (json()) {
            if (follow) {
                lines.forEach(line -> shell().out().println(Json.line(map(line))));
            } else {
                shell().out()
                        .println(Json.write(Map.of(
                                "lines", lines.stream().map(LogsCommand::map).toList())));
            }
        } else {
            lines.forEach(line -> shell().out().println(text(line)));
        }
        shell().out().flush();
    }

    private String text(Printed printed) {
        LogLine line = printed.line();
        String head = TIME.format(Instant.ofEpochMilli(line.getTimeMs())) + " " + printed.name();
        return head + (line.getError() ? " err: " : " out: ") + Printable.text(line.getText());
    }

    private static Map<String, Object> map(Printed printed) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("time", Instant.ofEpochMilli(printed.line().getTimeMs()).toString());
        map.put("worker", printed.name());
        map.put("stream", printed.line().getError() ? "err" : "out");
        map.put("text", printed.line().getText());
        return map;
    }
}
