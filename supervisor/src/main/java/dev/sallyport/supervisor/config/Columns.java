package dev.sallyport.supervisor.config;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Text in columns, for people. */
public final class Columns {

    private static final String GAP = "  ";

    private Columns() {}

    /** Rows of cells, each column as wide as its widest cell, without trailing blanks; every row ends with a line feed. */
    public static String align(List<List<String>> rows) {
        List<Integer> widths = new ArrayList<>();
        for (List<String> row : rows) {
            for (int i = 0; i < row.size(); i++) {
                int width = row.get(i).length();
                if (i == widths.size()) {
                    widths.add(width);
                } else {
                    widths.set(i, Math.max(widths.get(i), width));
                }
            }
        }
        return rows.stream().map(row -> line(row, widths) + "\n").collect(Collectors.joining());
    }

    private static String line(List<String> row, List<Integer> widths) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < row.size(); i++) {
            String cell = row.get(i);
            line.append(cell).append(" ".repeat(widths.get(i) - cell.length())).append(GAP);
        }
        return line.toString().stripTrailing();
    }
}
