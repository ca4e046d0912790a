package dev.sallyport.supervisor.config;

import static dev.sallyport.transport.RejectReason.E_CONFIG_LIMIT;
import static dev.sallyport.transport.RejectReason.E_CONFIG_TYPE;

import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Amounts that are written with their unit, such as {@code 250ms}, {@code 1h} or {@code 512MiB}. */
final class Quantity {

    private static final Pattern AMOUNT = Pattern.compile("([0-9]{1,9}) ?([A-Za-z]{1,3})");
    private static final Map<String, Long> MILLIS = Map.of("ms", 1L, "s", 1_000L, "m", 60_000L, "h", 3_600_000L);
    private static final Map<String, Long> BYTES = Map.of("KiB", 1L << 10, "MiB", 1L << 20, "GiB", 1L << 30);

    private Quantity() {}

    static Duration duration(Section section, String key, Duration low, Duration high, Duration fallback) {
        Long millis = amount(section, key, MILLIS, "expected a whole number and a unit: ms, s, m or h");
        if (millis == null) {
            return fallback;
        }
        if (millis < low.toMillis() || millis > high.toMillis()) {
            section.error(E_CONFIG_LIMIT, key, "out of range: " + low.toMillis() + "ms to " + high.toMillis() + "ms");
        }
        return Duration.ofMillis(millis);
    }

    static long bytes(Section section, String key, long low, long fallback) {
        Long bytes = amount(section, key, BYTES, "expected a whole number and a unit: KiB, MiB or GiB");
        if (bytes == null) {
            return fallback;
        }
        if (bytes < low) {
            section.error(E_CONFIG_LIMIT, key, "out of range: at least " + (low >> 20) + "MiB");
        }
        return bytes;
    }

    private static @Nullable Long amount(Section section, String key, Map<String, Long> units, String expected) {
        Value value = section.get(key);
        String text = value == null ? null : value.anyText();
        if (value == null || text == null) {
            return null;
        }
        Matcher amount = AMOUNT.matcher(text);
        Long unit = amount.matches() ? units.get(amount.group(2)) : null;
        if (unit == null) {
            value.error(E_CONFIG_TYPE, expected);
            return null;
        }
        return Long.parseLong(amount.group(1)) * unit;
    }
}
