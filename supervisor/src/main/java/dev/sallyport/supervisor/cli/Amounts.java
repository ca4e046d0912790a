package dev.sallyport.supervisor.cli;

import java.util.Locale;

/** Amounts for people, short enough for a column. */
final class Amounts {

    private static final long SECOND = 1_000;
    private static final long MINUTE = 60 * SECOND;
    private static final long HOUR = 60 * MINUTE;
    private static final long DAY = 24 * HOUR;
    private static final double MIB = 1 << 20;

    private Amounts() {}

    /** The two largest units that say something: 12ms, 3s, 4m05s, 2h07m, 3d04h. */
    static String duration(long millis) {
        if (millis < SECOND) {
            return millis + "ms";
        }
        if (millis < MINUTE) {
            return millis / SECOND + "s";
        }
        if (millis < HOUR) {
            return two(millis, MINUTE, "m", SECOND, "s");
        }
        return millis < DAY ? two(millis, HOUR, "h", MINUTE, "m") : two(millis, DAY, "d", HOUR, "h");
    }

    private static String two(long millis, long large, String largeName, long small, String smallName) {
        return String.format(Locale.ROOT, "%d%s%02d%s", millis / large, largeName, millis % large / small, smallName);
    }

    /** Mebibytes. */
    static String bytes(long bytes) {
        return String.format(Locale.ROOT, "%.1f MiB", bytes / MIB);
    }
}
