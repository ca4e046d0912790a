package dev.sallyport.supervisor.process;

/**
 * A line that a worker printed, made fit for a terminal.
 *
 * @param number from 1, growing over all workers of this JVM
 * @param unixMillis when it was read
 * @param error from standard error
 */
public record OutputLine(long number, long unixMillis, boolean error, String text) {}
