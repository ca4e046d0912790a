package dev.sallyport.supervisor.scenario;

import dev.sallyport.supervisor.process.Printable;

/**
 * A line of the input that is not a record.
 *
 * @param number from 1
 * @param reason fit to be shown: what a worker said may be part of it, so it is escaped and cut here
 */
public record MalformedLine(long number, String reason) {

    public MalformedLine {
        reason = Printable.text(reason);
    }

    @Override
    public String toString() {
        return "line " + number + ": " + reason;
    }
}
