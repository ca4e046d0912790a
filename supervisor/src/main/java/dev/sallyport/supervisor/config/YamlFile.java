package dev.sallyport.supervisor.config;

import dev.sallyport.transport.RejectReason;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/** From text to nodes with positions. The parser's own messages quote the file, so only known, constant ones are passed on. */
final class YamlFile {

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
            Optional<Node> node = new Compose(settings).composeString(text);
            return node.map(n -> Section.of(n, "", Position.START, problems))
                    .orElseGet(() -> Section.absent("", problems));
        } catch (MarkedYamlEngineException e) {
            Position at = e.getProblemMark().map(Position::of).orElse(Position.START);
            problems.error(RejectReason.E_CONFIG_VALUE, "", at, "not valid YAML: " + explain(e.getProblem()));
        } catch (YamlEngineException e) {
            problems.error(RejectReason.E_CONFIG_VALUE, "", Position.START, "not valid YAML: unreadable characters");
        }
        return Section.absent("", problems);
    }

    private static String explain(String problem) {
        if (problem.startsWith("found character") && problem.contains("(TAB)")) {
            return "a tab, where YAML takes spaces only";
        }
        return KNOWN_PROBLEMS.getOrDefault(problem, "the text here cannot be parsed");
    }
}
