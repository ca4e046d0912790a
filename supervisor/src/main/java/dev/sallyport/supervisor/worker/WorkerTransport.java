package dev.sallyport.supervisor.worker;

import dev.sallyport.supervisor.RuntimeProfile;
import dev.sallyport.supervisor.bootstrap.WorkerBlueprint;
import dev.sallyport.transport.TransportConfig;
import java.time.Duration;

/** The settings of a worker's transport: the supervisor's limits, and the few threads that one peer needs. */
final class WorkerTransport {

    private WorkerTransport() {}

    static TransportConfig config(WorkerBlueprint blueprint) {
        RuntimeProfile profile = blueprint.profile();
        return TransportConfig.builder()
                .maxPayloadBytes(blueprint.credential().maxPayloadBytes())
                .ttl(Duration.ofMillis(blueprint.credential().ttlMillis()))
                .handlerThreads(profile.handlerThreads())
                .maxConcurrentCalls(profile.maxConcurrentCalls())
                .busyPoll(profile.busyPoll())
                .eventLoops(1)
                .expectedPeers(1)
                .build();
    }
}
