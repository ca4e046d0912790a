package dev.sallyport.supervisor.config;

import static dev.sallyport.transport.RejectReason.E_CONFIG_TYPE;

import dev.sallyport.transport.RejectReason;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/** One value of the file, with its path and place. A conversion that fails is reported and answers null or the fallback. */
record Value(Node node, String path, Problems problems) {

    private static final Set<Tag> SCALARS = Set.of(Tag.STR, Tag.INT, Tag.FLOAT, Tag.BOOL);

    Position at() {
        return Position.of(node);
    }

    void error(RejectReason reason, String message) {
        problems.error(reason, path, at(), message);
    }

    int number(int low, int high, RejectReason reason, int fallback) {
        if (!(node instanceof ScalarNode scalar)
                || !node.getTag().equals(Tag.INT)
                || !scalar.getValue().matches("[-+]?[0-9]{1,100}")) {
            error(E_CONFIG_TYPE, "expected a whole number");
            return fallback;
        }
        BigInteger number = new BigInteger(scalar.getValue());
        if (number.compareTo(BigInteger.valueOf(low)) < 0 || number.compareTo(BigInteger.valueOf(high)) > 0) {
            problems.error(reason.name(), path, at(), "out of range", List.of(low + " to " + high));
            return fallback;
        }
        return number.intValueExact();
    }

    boolean flag(boolean fallback) {
        if (node instanceof ScalarNode scalar && node.getTag().equals(Tag.BOOL)) {
            return scalar.getValue().equalsIgnoreCase("true");
        }
        problems.error(E_CONFIG_TYPE.name(), path, at(), "expected a truth value", List.of("true", "false"));
        return fallback;
    }

    /** A text that is not also a number or a truth value, unless quoted. */
    @Nullable
    String text() {
        if (node instanceof ScalarNode scalar && node.getTag().equals(Tag.STR)) {
            return scalar.getValue();
        }
        error(E_CONFIG_TYPE, "expected a text");
        return null;
    }

    /** Any scalar, as it is written. */
    @Nullable
    String anyText() {
        if (node instanceof ScalarNode scalar && SCALARS.contains(node.getTag())) {
            return scalar.getValue();
        }
        error(E_CONFIG_TYPE, "expected a text");
        return null;
    }

    boolean isEmpty() {
        return node.getTag().equals(Tag.NULL);
    }

    boolean isList() {
        return node instanceof SequenceNode;
    }

    <E extends Enum<E>> @Nullable E choice(Class<E> type, String code) {
        List<E> constants = Arrays.asList(type.getEnumConstants());
        List<String> names =
                constants.stream().map(c -> c.name().toLowerCase(Locale.ROOT)).toList();
        int index = index(names, code);
        return index < 0 ? null : constants.get(index);
    }

    /** Which of these names the value is, or -1. */
    int index(List<String> names, String code) {
        String text = anyText();
        if (text == null) {
            return -1;
        }
        int index = names.indexOf(text);
        if (index < 0) {
            problems.error(code, path, at(), "not a supported value" + Suggestion.of(text, names), names);
        }
        return index;
    }

    /** The items of a list, each with its own path. */
    List<Value> items() {
        if (!(node instanceof SequenceNode sequence)) {
            error(E_CONFIG_TYPE, "expected a list");
            return List.of();
        }
        List<Value> items = new ArrayList<>();
        for (Node item : sequence.getValue()) {
            items.add(new Value(item, path + "[" + items.size() + "]", problems));
        }
        return items;
    }

    Section section() {
        return Section.of(node, path, at(), problems);
    }
}
