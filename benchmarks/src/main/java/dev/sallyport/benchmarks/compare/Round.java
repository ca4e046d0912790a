package dev.sallyport.benchmarks.compare;

/**
 * One measured round of one peer and shape.
 *
 * @param calls echoes completed
 * @param callsPerSecond echoes a second
 * @param p50Micros median latency, from the call to its completion
 * @param p99Micros 99th percentile of the same
 * @param maxMicros the slowest
 * @param clientCpuMicros processor time of the client process for one echo
 * @param serverCpuMicros processor time of the server process for one echo
 */
public record Round(
        long calls,
        double callsPerSecond,
        double p50Micros,
        double p99Micros,
        double maxMicros,
        double clientCpuMicros,
        double serverCpuMicros) {}
