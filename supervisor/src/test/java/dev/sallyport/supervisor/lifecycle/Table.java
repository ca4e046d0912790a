package dev.sallyport.supervisor.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/** A table of what follows from what, compared with the one that is written down beside the tests. */
final class Table {

    private final StringBuilder rows = new StringBuilder();

    /** A row: a situation, an event, and what follows. */
    void row(String situation, String event, String outcome) {
        rows.append(String.format("%-24s %-20s -> %s", situation, event, outcome)
                        .stripTrailing())
                .append('\n');
    }

    /** The names of actions, with what tells one from another. */
    static String show(List<Action> actions) {
        return actions.stream().map(Table::show).collect(Collectors.joining(" "));
    }

    private static String show(Action action) {
        if (action instanceof Action.SendStop send) {
            return "SendStop(" + send.worker() + " " + send.order().getMode() + ")";
        } else if (action instanceof Action.Spawn spawn) {
            return "Spawn(" + spawn.worker() + ")";
        } else if (action instanceof Action.Seat seat) {
            return "Seat(" + seat.worker() + ")";
        } else if (action instanceof Action.Unseat unseat) {
            return "Unseat(" + unseat.worker() + ")";
        } else if (action instanceof Action.Restarting restarting) {
            return "Restarting(" + restarting.next() + ")";
        } else if (action instanceof Action.Replaced replaced) {
            return "Replaced(" + replaced.worker().worker() + ")";
        } else if (action instanceof Action.GroupStopped stopped) {
            return "GroupStopped(" + stopped.stop().name() + " "
                    + stopped.stop().mode() + ")";
        } else if (action instanceof Action.StartFailed failed) {
            return "StartFailed(" + failed.category() + ")";
        } else if (action instanceof Action.PhaseReached reached) {
            return "Phase(" + reached.phase() + ")";
        }
        return action.getClass().getSimpleName();
    }

    /** Fails with all of the table when it is another one; the new one is written to {@code target} for a person to read. */
    void assertIs(String file) {
        try (InputStream in = Table.class.getResourceAsStream(file)) {
            String expected = in == null ? "" : new String(in.readAllBytes(), StandardCharsets.UTF_8);
            if (!rows.toString().equals(expected)) {
                Files.writeString(Path.of("target", file), rows);
            }
            assertThat(rows.toString()).isEqualTo(expected);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
