package dev.sallyport.supervisor.lifecycle;

import dev.sallyport.supervisor.RestartPolicy;
import java.util.ArrayDeque;
import java.util.Deque;

/** Restarts of one group within a sliding window: more than {@code maxRestarts} of them, and the group is given up. */
final class RestartIntensity {

    private final RestartPolicy policy;
    private final Deque<Long> restarts = new ArrayDeque<>();

    RestartIntensity(RestartPolicy policy) {
        this.policy = policy;
    }

    /** Counts a restart at {@code now}; false when it is one too many. */
    boolean admit(long now) {
        long oldest = now - policy.within().toMillis();
        while (!restarts.isEmpty() && restarts.getFirst() < oldest) {
            restarts.removeFirst();
        }
        restarts.addLast(now);
        return restarts.size() <= policy.maxRestarts();
    }

    /** Restarts in the window, the last one included. */
    int count() {
        return restarts.size();
    }
}
