package dev.sallyport.supervisor;

import dev.sallyport.transport.TransportConfig;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The slice of the configuration that a worker's runtime needs, as it travels in the bundle: one flat JSON object of whole
 * numbers, every key optional. It is read without a JSON library, which would cost a starting worker 65 ms (ADR 0040).
 *
 * @param gracefulTimeout how long the worker drains when it stops of its own accord; {@code graceful_timeout_ms}
 * @param maxGracefulTimeout the most that a stop order may ask for; {@code max_graceful_timeout_ms}
 * @param controlGrace how long a lost control lane may stay lost; {@code control_grace_ms}
 * @param handlerThreads see {@link TransportConfig#handlerThreads()}; {@code handler_threads}
 * @param maxConcurrentCalls see {@link TransportConfig#maxConcurrentCalls()}; {@code max_concurrent_calls}
 * @param busyPoll see {@link TransportConfig#busyPoll()}; {@code busy_poll_us}
 */
public record RuntimeProfile(
        Duration gracefulTimeout,
        Duration maxGracefulTimeout,
        Duration controlGrace,
        int handlerThreads,
        int maxConcurrentCalls,
        Duration busyPoll) {

    /** 10 s; 10 minutes, above any drain that is meant; 10 s, the time in which a healthy lane is long back; the rest as in the transport. */
    public static final RuntimeProfile DEFAULT = new RuntimeProfile(
            Duration.ofSeconds(10),
            Duration.ofMinutes(10),
            Duration.ofSeconds(10),
            TransportConfig.defaults().handlerThreads(),
            TransportConfig.defaults().maxConcurrentCalls(),
            TransportConfig.defaults().busyPoll());

    private static final Pattern OBJECT = Pattern.compile("\\s*\\{(.*)}\\s*", Pattern.DOTALL);
    private static final Pattern MEMBER = Pattern.compile("\\s*\"([a-z_]+)\"\\s*:\\s*(0|[1-9][0-9]{0,8})\\s*");

    private static final String GRACEFUL = "graceful_timeout_ms";
    private static final String MAX_GRACEFUL = "max_graceful_timeout_ms";
    private static final String CONTROL_GRACE = "control_grace_ms";
    private static final String THREADS = "handler_threads";
    private static final String CALLS = "max_concurrent_calls";
    private static final String BUSY_POLL = "busy_poll_us";

    private static final int NANOS_PER_MICRO = 1_000;

    /** @throws IllegalArgumentException when a value is 0 or negative; only {@code busyPoll} may be 0, and is at most 1 ms */
    public RuntimeProfile {
        requireAboveZero(gracefulTimeout.toMillis(), GRACEFUL);
        requireAboveZero(maxGracefulTimeout.toMillis(), MAX_GRACEFUL);
        requireAboveZero(controlGrace.toMillis(), CONTROL_GRACE);
        requireAboveZero(handlerThreads, THREADS);
        requireAboveZero(maxConcurrentCalls, CALLS);
        if (busyPoll.isNegative() || busyPoll.compareTo(Duration.ofMillis(1)) > 0) {
            throw new IllegalArgumentException("runtime: " + BUSY_POLL + " must be between 0 and 1000");
        }
    }

    /** The same profile for this graceful time-out, which a stop order may also ask for in full. */
    public RuntimeProfile gracefulTimeout(Duration timeout) {
        Duration max = timeout.compareTo(maxGracefulTimeout) > 0 ? timeout : maxGracefulTimeout;
        return new RuntimeProfile(timeout, max, controlGrace, handlerThreads, maxConcurrentCalls, busyPoll);
    }

    /** The same profile with loops that look for bytes for this long before they block. */
    public RuntimeProfile busyPoll(Duration limit) {
        return new RuntimeProfile(
                gracefulTimeout, maxGracefulTimeout, controlGrace, handlerThreads, maxConcurrentCalls, limit);
    }

    /** What {@link #parse} takes. */
    public String toJson() {
        return "{\"" + GRACEFUL + "\":" + gracefulTimeout.toMillis()
                + ",\"" + MAX_GRACEFUL + "\":" + maxGracefulTimeout.toMillis()
                + ",\"" + CONTROL_GRACE + "\":" + controlGrace.toMillis()
                + ",\"" + THREADS + "\":" + handlerThreads
                + ",\"" + CALLS + "\":" + maxConcurrentCalls
                + ",\"" + BUSY_POLL + "\":" + busyPoll.toNanos() / NANOS_PER_MICRO + "}";
    }

    /**
     * Reads a profile; what it does not name has its default. Empty text names nothing.
     *
     * @throws IllegalArgumentException naming what is wrong, never the text itself
     */
    public static RuntimeProfile parse(String json) {
        Map<String, Integer> given = members(json);
        RuntimeProfile read = new RuntimeProfile(
                millis(given, GRACEFUL, DEFAULT.gracefulTimeout),
                millis(given, MAX_GRACEFUL, DEFAULT.maxGracefulTimeout),
                millis(given, CONTROL_GRACE, DEFAULT.controlGrace),
                count(given, THREADS, DEFAULT.handlerThreads),
                count(given, CALLS, DEFAULT.maxConcurrentCalls),
                micros(given, BUSY_POLL, DEFAULT.busyPoll));
        if (!given.isEmpty()) {
            throw new IllegalArgumentException("runtime has a key that this build does not know");
        }
        return read;
    }

    private static Map<String, Integer> members(String json) {
        Map<String, Integer> members = new HashMap<>();
        if (json.isEmpty()) {
            return members;
        }
        Matcher object = OBJECT.matcher(json);
        if (!object.matches()) {
            throw new IllegalArgumentException("runtime is not a JSON object");
        }
        String body = object.group(1);
        if (body.isBlank()) {
            return members;
        }
        for (String text : body.split(",", -1)) {
            Matcher member = MEMBER.matcher(text);
            if (!member.matches()) {
                throw new IllegalArgumentException("runtime has a member that is not a name and a whole number");
            }
            if (members.put(member.group(1), Integer.valueOf(member.group(2))) != null) {
                throw new IllegalArgumentException("runtime has a key twice");
            }
        }
        return members;
    }

    private static Duration millis(Map<String, Integer> given, String key, Duration otherwise) {
        Integer value = given.remove(key);
        return value == null ? otherwise : Duration.ofMillis(value);
    }

    private static Duration micros(Map<String, Integer> given, String key, Duration otherwise) {
        Integer value = given.remove(key);
        return value == null ? otherwise : Duration.ofNanos((long) value * NANOS_PER_MICRO);
    }

    private static int count(Map<String, Integer> given, String key, int otherwise) {
        Integer value = given.remove(key);
        return value == null ? otherwise : value;
    }

    private static void requireAboveZero(long value, String key) {
        if (value <= 0) {
            throw new IllegalArgumentException("runtime: " + key + " must be above 0");
        }
    }
}
