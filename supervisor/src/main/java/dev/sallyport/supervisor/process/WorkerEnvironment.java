package dev.sallyport.supervisor.process;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The environment of a worker: what its group lists, and the little without which programs misbehave. Everything else of the
 * supervisor's own stays out, since credentials are often there, and since {@code JAVA_TOOL_OPTIONS} would load agents into workers.
 */
public final class WorkerEnvironment {

    /** Where programs are, which text encoding is in use, and which time zone. */
    private static final List<String> ALWAYS = List.of("PATH", "LANG", "LC_ALL", "TZ");

    private WorkerEnvironment() {}

    /**
     * The environment, sorted by name.
     *
     * @param listed names, each with its value, or empty for the supervisor's own
     * @param own the supervisor's own environment
     */
    public static Map<String, String> of(Map<String, String> listed, Map<String, String> own) {
        Map<String, String> environment = new TreeMap<>();
        for (String name : ALWAYS) {
            inherit(name, own, environment);
        }
        listed.forEach((name, value) -> {
            if (value.isEmpty()) {
                inherit(name, own, environment);
            } else {
                environment.put(name, value);
            }
        });
        return Collections.unmodifiableMap(environment);
    }

    private static void inherit(String name, Map<String, String> own, Map<String, String> environment) {
        String value = own.get(name);
        if (value != null) {
            environment.put(name, value);
        }
    }
}
