package dev.sallyport.supervisor.lifecycle;

import dev.sallyport.supervisor.RestartPolicy;
import java.util.random.RandomGenerator;

/** The delays before one worker's restarts: exponential with full jitter, from the start again after it was ready for long enough. */
final class Backoff {

    private final RestartPolicy policy;
    private final RandomGenerator random;
    private int failures;

    Backoff(RestartPolicy policy, RandomGenerator random) {
        this.policy = policy;
        this.random = random;
    }

    /**
     * The delay before the next restart, in milliseconds: anything from 0 to the current bound.
     *
     * @param readyMillis how long the worker had been ready; the largest bound of the policy counts as stable
     */
    long next(long readyMillis) {
        if (readyMillis >= policy.backoffMax().toMillis()) {
            failures = 0;
        }
        long bound = bound(failures);
        failures++;
        return random.nextLong(bound + 1);
    }

    private long bound(int doublings) {
        long bound = policy.backoffMin().toMillis();
        long max = policy.backoffMax().toMillis();
        for (int i = 0; i < doublings && bound < max; i++) {
            bound *= 2;
        }
        return Math.min(bound, max);
    }
}
