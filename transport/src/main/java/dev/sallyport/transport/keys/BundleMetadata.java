package dev.sallyport.transport.keys;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a worker builds itself from; opaque to the transport. Not secret. Keeps the order it was given. */
record BundleMetadata(
        String scenarioId, List<String> discoveryRoots, Map<String, String> selectors, String runtimeJson) {

    static final BundleMetadata NONE = new BundleMetadata("", List.of(), Map.of(), "");

    BundleMetadata {
        discoveryRoots = List.copyOf(discoveryRoots);
        selectors = Collections.unmodifiableMap(new LinkedHashMap<>(selectors));
    }
}
