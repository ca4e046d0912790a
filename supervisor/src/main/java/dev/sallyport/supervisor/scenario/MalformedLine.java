package dev.sallyport.supervisor.scenario;

/**
 * A line of the input that is not a record.
 *
 * @param number from 1
 */
public record MalformedLine(long number, String reason) {

    @Override
    public String toString() {
        return "line " + number + ": " + reason;
    }
}
