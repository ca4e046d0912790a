package dev.sallyport.transport;

import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What a handler may know of the call it serves, and how it learns that nobody waits any more. */
public interface CallContext {

    /** Who calls: the identity of the session, which the peer cannot choose. */
    PeerId peer();

    /** The name of the method. */
    String method();

    /** When the caller stops waiting. Pass it on to calls made on its behalf. */
    Deadline deadline();

    /** What the caller attached, possibly nothing. Chosen by the peer: data, not identity. */
    Map<String, String> metadata();

    /** The trace that the caller is part of, or null when it named none, or none that makes sense. */
    default @Nullable Trace trace() {
        return Trace.of(metadata());
    }

    /** Whether the caller cancelled, the deadline passed, or the session is gone. */
    boolean isCancelled();

    /**
     * Runs {@code action} once when the call is cancelled; at once, in the calling thread, when it already is. It runs on a
     * thread that no handler holds, so it may wake or interrupt the handler's own work; it must not wait itself.
     */
    void onCancel(Runnable action);

    /**
     * W3C trace context, carried as the metadata {@code traceparent} and {@code tracestate}. A handler that calls on hands its own
     * {@link #child} to {@link Connection#call}: nothing is passed on by itself, since calls know nothing of each other.
     *
     * @param parent 55 characters: version 00, 32 hex digits of the trace, 16 of the span, 2 of flags
     * @param state what tracing systems keep there, at most 512 characters of printable ASCII; possibly empty
     */
    record Trace(String parent, String state) {

        private static final String PARENT_KEY = "traceparent";
        private static final String STATE_KEY = "tracestate";
        private static final int STATE_MAX_CHARS = 512;
        private static final int SPAN_AT = 36;
        private static final Pattern PARENT =
                Pattern.compile("00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}");
        private static final Pattern STATE = Pattern.compile("[\\x20-\\x7e]*");

        /** @throws IllegalArgumentException when it is not what the parameters say */
        public Trace {
            if (!isParent(parent)) {
                throw new IllegalArgumentException("not a traceparent of version 00");
            }
            if (!isState(state)) {
                throw new IllegalArgumentException(
                        "a tracestate is at most " + STATE_MAX_CHARS + " characters of printable ASCII");
            }
        }

        /** A trace that begins here, sampled or not. */
        public static Trace begin(boolean sampled) {
            String trace = hex() + hex();
            return new Trace("00-" + trace + "-" + hex() + (sampled ? "-01" : "-00"), "");
        }

        /** The trace in the metadata of a call, or null. A malformed tracestate is dropped alone, as W3C asks. */
        static @Nullable Trace of(Map<String, String> metadata) {
            String parent = metadata.get(PARENT_KEY);
            if (parent == null || !isParent(parent)) {
                return null;
            }
            String state = metadata.getOrDefault(STATE_KEY, "");
            return new Trace(parent, isState(state) ? state : "");
        }

        private static boolean isParent(String parent) {
            return PARENT.matcher(parent).matches();
        }

        private static boolean isState(String state) {
            return state.length() <= STATE_MAX_CHARS && STATE.matcher(state).matches();
        }

        /** A new span of the same trace, with the same flags and state. */
        public Trace child() {
            return new Trace(parent.substring(0, SPAN_AT) + hex() + parent.substring(SPAN_AT + 16), state);
        }

        /** As metadata of a call, beside which nothing else is sent. */
        public Map<String, String> metadata() {
            return state.isEmpty() ? Map.of(PARENT_KEY, parent) : Map.of(PARENT_KEY, parent, STATE_KEY, state);
        }

        /** 16 digits, not all 0. */
        private static String hex() {
            return HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong() | 1);
        }
    }
}
