package dev.sallyport.supervisor.scenario;

/**
 * What became of a line.
 *
 * @param <R> a valid record
 */
public sealed interface Parsed<R> {

    /**
     * A record.
     *
     * @param key what its state belongs to: records with equal keys are decided in input order by one worker
     */
    record Valid<R>(R record, String key) implements Parsed<R> {}

    /**
     * Not a record.
     *
     * @param reason for a person; holds nothing of the line itself
     */
    record Malformed<R>(String reason) implements Parsed<R> {}
}
