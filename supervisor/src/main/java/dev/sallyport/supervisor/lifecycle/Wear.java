package dev.sallyport.supervisor.lifecycle;

import dev.sallyport.supervisor.GroupSpec.Recycle;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * How worn one serving incarnation is. Its limits are those of its group, each lowered at random by up to a tenth: workers
 * that began together, and share the load, are not due together. A limit is never exceeded by the choice of the moment, only by the time
 * that the replacement takes.
 */
final class Wear {

    static final long MEASURE_MILLIS = 1_000;

    private static final int TENTH = 10;

    private final long requestsLimit;
    private final long residentLimit;
    private final long ageEnds;
    private long measureAt;
    private @Nullable String measured;

    /** @param now when it became ready */
    Wear(Recycle limits, RandomGenerator random, long now) {
        requestsLimit = lowered(limits.maxRequests(), random);
        residentLimit = lowered(limits.maxRssBytes(), random);
        ageEnds = limits.maxAgeSeconds() == 0 ? Long.MAX_VALUE : now + lowered(limits.maxAgeSeconds() * 1_000, random);
        measureAt = requestsLimit + residentLimit == 0 ? Long.MAX_VALUE : now + MEASURE_MILLIS;
    }

    private static long lowered(long limit, RandomGenerator random) {
        return limit - random.nextLong(limit / TENTH + 1);
    }

    /** Takes what it has been sent and what it holds; 0 when unknown. */
    void measured(long requests, long residentBytes) {
        if (requestsLimit > 0 && requests >= requestsLimit) {
            measured = "max_requests: " + requests + " requests";
        } else if (residentLimit > 0 && residentBytes >= residentLimit) {
            measured = "max_rss: " + (residentBytes >> 20) + " MiB resident";
        }
    }

    /** Somebody wants it replaced, worn or not. */
    void ordered() {
        measured = "ordered";
    }

    /** Whether it has to be measured now; once in a second at most. */
    boolean wantsMeasuring(long now) {
        if (now < measureAt) {
            return false;
        }
        measureAt = now + MEASURE_MILLIS;
        return true;
    }

    long measureAt() {
        return measureAt;
    }

    /** From when on it is to be replaced; {@code Long.MAX_VALUE} when that is not known yet. */
    long dueAt() {
        return measured == null ? ageEnds : 0;
    }

    /** Why it is due. */
    String reason() {
        return measured == null ? "max_age" : measured;
    }
}
