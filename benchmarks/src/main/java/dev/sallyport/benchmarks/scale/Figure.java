package dev.sallyport.benchmarks.scale;

/**
 * One point of a curve.
 *
 * @param what the curve
 * @param at where on it: a number of sessions or of workers
 * @param value in {@code unit}
 */
public record Figure(String what, long at, double value, String unit) {}
