package dev.sallyport.supervisor;

import dev.sallyport.transport.PeerId;
import java.util.Map;

/**
 * What a worker knows of itself, from the metadata of its bundle alone. Injectable.
 *
 * @param id its identity
 * @param scenario the scenario it serves; may be empty
 * @param selectors the scenario's settings
 * @param runtime the runtime profile slice, JSON
 */
public record WorkerContext(PeerId id, String scenario, Map<String, String> selectors, String runtime) {
    public WorkerContext {
        selectors = Map.copyOf(selectors);
    }
}
