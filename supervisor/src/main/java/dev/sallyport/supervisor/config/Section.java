package dev.sallyport.supervisor.config;

import static dev.sallyport.transport.RejectReason.E_CONFIG_DUPLICATE;
import static dev.sallyport.transport.RejectReason.E_CONFIG_TYPE;
import static dev.sallyport.transport.RejectReason.E_CONFIG_UNKNOWN;

import dev.sallyport.transport.RejectReason;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/**
 * One mapping of the file. The keys that are asked for are the keys that exist: {@link #finish} reports the others. A getter
 * that finds a mistake reports it and answers its default.
 */
final class Section {

    private static final int KEY_SHOWN = 64;

    private final String path;
    private final Position at;
    private final Problems problems;
    private boolean readable = true;
    private final Map<String, Value> values = new LinkedHashMap<>();
    private final Map<String, Position> keyPositions = new LinkedHashMap<>();
    private final Set<String> known = new TreeSet<>();

    private Section(String path, Position at, Problems problems) {
        this.path = path;
        this.at = at;
        this.problems = problems;
    }

    static Section absent(String path, Problems problems) {
        return new Section(path, Position.START, problems);
    }

    /** @param at where the section's key stands */
    static Section of(Node node, String path, Position at, Problems problems) {
        Section section = new Section(path, at, problems);
        if (node instanceof MappingNode mapping) {
            mapping.getValue().forEach(section::put);
        } else {
            section.readable = false;
            problems.error(E_CONFIG_TYPE, path, Position.of(node), "expected keys and values");
        }
        return section;
    }

    private void put(NodeTuple tuple) {
        Position keyAt = Position.of(tuple.getKeyNode());
        if (!(tuple.getKeyNode() instanceof ScalarNode scalar)) {
            problems.error(E_CONFIG_TYPE, path, keyAt, "a key must be plain text");
            return;
        }
        String key = scalar.getValue();
        Position first = keyPositions.putIfAbsent(key, keyAt);
        if (first == null) {
            values.put(key, new Value(tuple.getValueNode(), pathOf(key), problems));
        } else {
            problems.error(E_CONFIG_DUPLICATE, pathOf(key), keyAt, "given twice; the first is in line " + first.line());
        }
    }

    /** All keys and values, where any key may stand. */
    Map<String, Value> entries() {
        known.addAll(values.keySet());
        return Collections.unmodifiableMap(values);
    }

    /** Reports every key that nobody asked for. */
    void finish() {
        keyPositions.forEach((key, keyAt) -> {
            if (!known.contains(key)) {
                String hint = key.indexOf('.') >= 0 ? "; keys are nested, not dotted" : Suggestion.of(key, known);
                problems.error(E_CONFIG_UNKNOWN.name(), pathOf(key), keyAt, "no such key" + hint, List.copyOf(known));
            }
        });
    }

    boolean isEmpty() {
        return values.isEmpty();
    }

    boolean has(String key) {
        known.add(key);
        return values.containsKey(key);
    }

    @Nullable
    Value get(String key) {
        known.add(key);
        return values.get(key);
    }

    Problems problems() {
        return problems;
    }

    String path() {
        return path;
    }

    /** The full path of a key, fit to be printed. */
    String pathOf(String key) {
        String shown = key.length() > KEY_SHOWN ? key.substring(0, KEY_SHOWN) + "..." : key;
        shown = shown.replaceAll("[^\\x21-\\x7e]", "?");
        return path.isEmpty() ? shown : path + "." + shown;
    }

    /** Where the value of this key stands; for an absent key, where the section does. */
    Position at(String key) {
        Value value = values.get(key);
        return value == null ? at : value.at();
    }

    /** Reports that a required key is absent; not for a section that is reported as a whole. */
    void require(RejectReason reason, String key, String message) {
        if (readable && !has(key)) {
            error(reason, key, message);
        }
    }

    void error(RejectReason reason, String key, String message) {
        problems.error(reason, pathOf(key), at(key), message);
    }

    void error(String code, String key, String message, List<String> allowed) {
        problems.error(code, pathOf(key), at(key), message, allowed);
    }

    void warn(ConfigWarning.Code code, String key, String message) {
        problems.warn(code, pathOf(key), at(key), message);
    }

    Section section(String key) {
        Value value = get(key);
        Position keyAt = keyPositions.getOrDefault(key, at);
        return value == null
                ? new Section(pathOf(key), at, problems)
                : Section.of(value.node(), pathOf(key), keyAt, problems);
    }

    int number(String key, int low, int high, RejectReason reason, int fallback) {
        Value value = get(key);
        return value == null ? fallback : value.number(low, high, reason, fallback);
    }

    boolean flag(String key, boolean fallback) {
        Value value = get(key);
        return value == null ? fallback : value.flag(fallback);
    }

    @Nullable
    String text(String key) {
        Value value = get(key);
        return value == null ? null : value.text();
    }

    /** A list of texts; empty when absent. */
    List<String> texts(String key) {
        Value value = get(key);
        return value == null
                ? List.of()
                : value.items().stream()
                        .map(Value::anyText)
                        .filter(t -> t != null)
                        .toList();
    }

    /** The constant whose lower-case name the value is; unknown ones are reported with {@code code}. */
    <E extends Enum<E>> @Nullable E choice(String key, Class<E> type, String code) {
        Value value = get(key);
        return value == null ? null : value.choice(type, code);
    }
}
