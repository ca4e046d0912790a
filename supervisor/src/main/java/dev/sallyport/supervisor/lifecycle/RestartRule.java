package dev.sallyport.supervisor.lifecycle;

import dev.sallyport.supervisor.RestartPolicy;

/** What follows when a worker of a running group ends by itself, as OTP's supervisors decide it. */
final class RestartRule {

    enum Verdict {
        RESTART,
        /** It has done what it was there for; nothing follows. */
        DONE,
        /** Its policy forbids a restart: the group goes on without it, as failed. */
        FORBIDDEN,
        /** One restart too many: the group is given up. */
        TOO_MANY,
        /** It would fail again in the same way: the group is given up. */
        USELESS
    }

    private final RestartPolicy policy;
    private final RestartIntensity intensity;

    RestartRule(RestartPolicy policy) {
        this.policy = policy;
        this.intensity = new RestartIntensity(policy);
    }

    /** Decides, and counts the restart if it is one. */
    Verdict decide(WorkerEnd end, WorkerEnd.Failure failure, long now) {
        if (!failure.isRetryable()) {
            return Verdict.USELESS;
        }
        boolean wanted = switch (policy.type()) {
            case PERMANENT -> true;
            case TRANSIENT -> !end.normal();
            case TEMPORARY -> false;
        };
        if (wanted) {
            return intensity.admit(now) ? Verdict.RESTART : Verdict.TOO_MANY;
        }
        return policy.type() == RestartPolicy.Type.TRANSIENT ? Verdict.DONE : Verdict.FORBIDDEN;
    }

    /** Restarts in the window, the last one included. */
    int count() {
        return intensity.count();
    }

    /** Why a group failed by this verdict. */
    String evidence(Verdict verdict, WorkerEnd.Failure failure) {
        String why = switch (verdict) {
            case FORBIDDEN -> "its policy forbids a restart";
            case USELESS -> "a restart cannot help";
            case TOO_MANY, RESTART, DONE ->
                "more than " + policy.maxRestarts() + " restarts within "
                        + policy.within().toSeconds() + " s";
        };
        return why + ": " + failure.evidence();
    }
}
