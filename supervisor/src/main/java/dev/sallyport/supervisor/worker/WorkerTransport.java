package dev.sallyport.supervisor.worker;

import dev.sallyport.supervisor.RuntimeProfile;
import dev.sallyport.supervisor.bootstrap.WorkerBlueprint;
import dev.sallyport.transport.TransportConfig;
import java.time.Duration;

/** The settings of a worker's transport: the supervisor's limits, and the few threads that one peer needs. */
final class WorkerTransport {

    private static final Duration LONGEST_WRITE_STALL =
            TransportConfig.defaults().writeStallTimeout();

    private WorkerTransport() {}

    static TransportConfig config(WorkerBlueprint blueprint) {
        RuntimeProfile profile = blueprint.profile();
        Duration ttl = Duration.ofMillis(blueprint.credential().ttlMillis());
        // not by dividedBy: docs/adr/0043
        Duration belowHalf = Duration.ofNanos(ttl.toNanos() / 2).minusMillis(1);
        return TransportConfig.builder()
                .maxPayloadBytes(blueprint.credential().maxPayloadBytes())
                .ttl(ttl)
                .writeStallTimeout(belowHalf.compareTo(LONGEST_WRITE_STALL) < 0 ? belowHalf : LONGEST_WRITE_STALL)
                .handlerThreads(profile.handlerThreads())
                .maxConcurrentCalls(profile.maxConcurrentCalls())
                .eventLoops(1)
                .expectedPeers(1)
                .build();
    }
}
