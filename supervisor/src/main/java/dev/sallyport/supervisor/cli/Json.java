package dev.sallyport.supervisor.cli;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** Writes results for machines. */
final class Json {

    private Json() {}

    /** On one line. */
    static String line(Map<String, ? extends @Nullable Object> object) {
        return JsonMapper.shared().writeValueAsString(object);
    }

    static String write(Map<String, ? extends @Nullable Object> object) {
        return JsonMapper.shared().writerWithDefaultPrettyPrinter().writeValueAsString(object);
    }
}
