package dev.sallyport.supervisor.cli;

import dev.sallyport.supervisor.config.Columns;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine.Help.Ansi;

/** Colour, or none. Colour says nothing that the text does not say. */
enum Style {
    PLAIN,
    COLOURED;

    private static final String RESET = "\u001b[0m";
    private static final String BOLD = "\u001b[1m";
    private static final String GREEN = "\u001b[32m";
    private static final String YELLOW = "\u001b[33m";
    private static final String RED = "\u001b[31m";

    private static final Map<String, Set<String>> WORDS = Map.of(
            GREEN, Set.of("ready", "running", "ok"),
            YELLOW,
                    Set.of(
                            "waiting",
                            "starting",
                            "spawning",
                            "spawned",
                            "authenticated",
                            "container_up",
                            "stopping",
                            "warn"),
            RED, Set.of("failed", "fail"));

    /** Colour on a terminal, unless {@code NO_COLOR} is set. */
    static Style ofThisTerminal() {
        return Ansi.AUTO.enabled() ? COLOURED : PLAIN;
    }

    /** A table with its heading; words that tell a state have its colour. */
    String table(List<String> heading, List<List<String>> rows) {
        List<List<String>> all = new ArrayList<>();
        all.add(heading);
        all.addAll(rows);
        String aligned = Columns.align(all);
        if (this == PLAIN) {
            return aligned;
        }
        StringBuilder coloured = new StringBuilder();
        List<String> lines = aligned.lines().toList();
        coloured.append(BOLD).append(lines.get(0)).append(RESET).append('\n');
        for (int i = 0; i < rows.size(); i++) {
            coloured.append(colour(lines.get(i + 1), rows.get(i))).append('\n');
        }
        return coloured.toString();
    }

    private static String colour(String line, List<String> cells) {
        String coloured = line;
        for (String cell : cells) {
            for (Map.Entry<String, Set<String>> colour : WORDS.entrySet()) {
                if (colour.getValue().contains(cell)) {
                    coloured = coloured.replaceFirst("(?<=^|\\s)" + cell + "(?=\\s|$)", colour.getKey() + cell + RESET);
                }
            }
        }
        return coloured;
    }

    String bold(String text) {
        return this == PLAIN ? text : BOLD + text + RESET;
    }
}
