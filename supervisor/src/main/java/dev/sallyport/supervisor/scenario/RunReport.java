package dev.sallyport.supervisor.scenario;

/**
 * What a run did; of a run that failed, what it did until then.
 *
 * @param lines lines of input that are settled: the sum of the three below
 * @param written lines of output
 * @param silent records that have no line of output
 * @param malformed lines that were left out
 */
public record RunReport(long lines, long written, long silent, long malformed) {}
