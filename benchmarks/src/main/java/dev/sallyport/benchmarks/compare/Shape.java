package dev.sallyport.benchmarks.compare;

import java.util.List;

/**
 * What is measured, the same for every peer.
 *
 * @param name its name in results
 * @param payloadBytes bytes that travel there, and back
 * @param outstanding echoes in flight at any time, on one connection
 * @param streamed whether a peer may move the payload in pieces
 */
public record Shape(String name, int payloadBytes, int outstanding, boolean streamed) {

    private static final int KIB = 1024;

    private static final List<Shape> ALL = List.of(
            echo("64B-x1", 64, 1),
            echo("64B-x64", 64, 64),
            echo("1KiB-x1", KIB, 1),
            echo("1KiB-x64", KIB, 64),
            echo("64KiB-x1", 64 * KIB, 1),
            echo("64KiB-x64", 64 * KIB, 64),
            new Shape("1MiB-stream", KIB * KIB, 4, true));

    private static Shape echo(String name, int payloadBytes, int outstanding) {
        return new Shape(name, payloadBytes, outstanding, false);
    }

    /** In the order of the tables. */
    public static List<Shape> all() {
        return ALL;
    }

    /** @throws IllegalArgumentException when there is no such shape */
    public static Shape named(String name) {
        return ALL.stream()
                .filter(shape -> shape.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no shape is called " + name));
    }
}
