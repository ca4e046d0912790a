package dev.sallyport.supervisor.config;

import dev.sallyport.transport.RejectReason;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.common.Anchor;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionEndEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlVersionException;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/** From text to nodes with positions. The parser's own messages quote the file, so only known, constant ones are passed on. */
final class YamlFile {

    /** Far above any key of this project; the composer takes several frames of the stack for each level. */
    private static final int LEVELS_MAX = 64;

    private static final Map<String, String> KNOWN_PROBLEMS = Map.of(
            "mapping values are not allowed here",
                    "a ':' where no key can start; check the indentation or quote the text",
            "could not find expected ':'", "a key without ':'",
            "but found another document", "more than one YAML document",
            "found unexpected end of stream", "the file ends inside a quoted text");

    private YamlFile() {}

    /** The root of the file; an empty section, and an error, when it cannot be parsed. */
    static Section root(String text, Problems problems) {
        LoadSettings settings = LoadSettings.builder()
                .setSchema(new CoreSchema())
                .setUseMarks(true)
                .setAllowNonScalarKeys(true)
                .build();
        try {
            if (!isComposable(new Parse(settings).parseString(text), problems)) {
                return Section.absent("", problems);
            }
            Optional<Node> node = new Compose(settings).composeString(text);
            return node.map(n -> Section.of(n, "", Position.START, problems))
                    .orElseGet(() -> Section.absent("", problems));
        } catch (MarkedYamlEngineException e) {
            Position at = e.getProblemMark().map(Position::of).orElse(Position.START);
            problems.error(RejectReason.E_CONFIG_VALUE, "", at, "not valid YAML: " + explain(e.getProblem()));
        } catch (YamlEngineException e) {
            problems.error(RejectReason.E_CONFIG_VALUE, "", Position.START, withoutPosition(e));
        }
        return Section.absent("", problems);
    }

    /** The composer recurses into levels, and goes round without end in a section that merges itself. */
    private static boolean isComposable(Iterable<Event> events, Problems problems) {
        Deque<Optional<Anchor>> open = new ArrayDeque<>();
        for (Event event : events) {
            String objection = objection(event, open);
            if (objection != null) {
                Position at = event.getStartMark().map(Position::of).orElse(Position.START);
                problems.error(RejectReason.E_CONFIG_VALUE, "", at, objection);
                return false;
            }
        }
        return true;
    }

    /** @param open of each collection that has begun and not ended, its anchor */
    private static @Nullable String objection(Event event, Deque<Optional<Anchor>> open) {
        if (event instanceof CollectionStartEvent start) {
            open.push(start.getAnchor());
            return open.size() > LEVELS_MAX ? "more than " + LEVELS_MAX + " levels" : null;
        }
        if (event instanceof CollectionEndEvent) {
            open.pop();
        }
        boolean inItself = event instanceof AliasEvent alias && open.contains(Optional.of(alias.getAlias()));
        return inItself ? "an alias within what it stands for" : null;
    }

    private static String withoutPosition(YamlEngineException e) {
        if (e instanceof ReaderException) {
            return "not valid YAML: unreadable characters";
        }
        return e instanceof YamlVersionException ? "a YAML version other than 1.x" : "too many aliases";
    }

    private static String explain(String problem) {
        if (problem.startsWith("found character") && problem.contains("(TAB)")) {
            return "a tab, where YAML takes spaces only";
        }
        return KNOWN_PROBLEMS.getOrDefault(problem, "the text here cannot be parsed");
    }
}
