package dev.sallyport.transport.conformance;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Objects;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The conformance cases as data ({@code /cases/swp1_cases.json}): what is sent, what is expected, what is visible on the wire. */
record Cases(List<JsonNode> all) {

    static Cases load() {
        try (InputStream json = Cases.class.getResourceAsStream("/cases/swp1_cases.json")) {
            JsonNode root = JsonMapper.shared().readTree(Objects.requireNonNull(json, "swp1_cases.json"));
            return new Cases(root.get("cases").valueStream().toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Every variant of one id. */
    List<JsonNode> of(String id) {
        List<JsonNode> found =
                all.stream().filter(c -> c.get("id").asString().equals(id)).toList();
        if (found.isEmpty()) {
            throw new AssertionError("no case data for " + id);
        }
        return found;
    }
}
