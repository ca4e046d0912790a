package dev.sallyport.transport.dispatch;

import dev.sallyport.transport.Outcome;
import org.jspecify.annotations.Nullable;

/** The numbers that outcomes have on the wire: those of the protobuf constants of the same names. */
final class OutcomeNumbers {

    private static final @Nullable Outcome[] BY_NUMBER = new Outcome[dev.sallyport.proto.v1.Outcome.values().length];

    static {
        for (Outcome outcome : Outcome.values()) {
            BY_NUMBER[dev.sallyport.proto.v1.Outcome.valueOf(outcome.name()).getNumber()] = outcome;
        }
    }

    private OutcomeNumbers() {}

    static int of(Outcome outcome) {
        int number = 0;
        while (BY_NUMBER[number] != outcome) {
            number++;
        }
        return number;
    }

    /** The outcome with this number; null for UNSPECIFIED and for numbers that the protocol does not have. */
    static @Nullable Outcome byNumber(int number) {
        return number < 0 || number >= BY_NUMBER.length ? null : BY_NUMBER[number];
    }
}
