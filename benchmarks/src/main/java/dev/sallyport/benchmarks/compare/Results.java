package dev.sallyport.benchmarks.compare;

import java.util.List;

/** The file that one comparison writes. */
public record Results(Machine machine, String finished, List<String> jvmFlags, long roundMillis, List<Row> rows) {

    /** All rounds of one peer and shape, in the order in which they ran. */
    public record Row(String peer, String shape, List<Round> rounds) {}
}
