package dev.sallyport.supervisor.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.supervisor.RuntimeProfile;
import dev.sallyport.supervisor.WorkerContext;
import dev.sallyport.supervisor.bootstrap.DiscoveryRoots;
import dev.sallyport.supervisor.bootstrap.WorkerBlueprint;
import dev.sallyport.transport.PeerSpec;
import dev.sallyport.transport.Routes;
import dev.sallyport.transport.Transport;
import dev.sallyport.transport.TransportConfig;
import dev.sallyport.transport.keys.IssuedCredential;
import dev.sallyport.transport.loopback.LoopbackTransport;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a bundle comes to in a worker's transport. */
class WorkerTransportTest {

    private static TransportConfig worker(Duration ttl, RuntimeProfile profile) {
        TransportConfig supervisor = TransportConfig.builder().ttl(ttl).build();
        try (Transport transport = LoopbackTransport.create(supervisor);
                IssuedCredential credential =
                        (IssuedCredential) transport.bind(Routes.none()).issue(PeerSpec.of("group", "worker"))) {
            return WorkerTransport.config(new WorkerBlueprint(
                    credential,
                    new WorkerContext(credential.peer(), "", Map.of(), ""),
                    new DiscoveryRoots(List.of(), ClassLoader.getSystemClassLoader()),
                    profile));
        }
    }

    @Test
    void loopsPollAsTheBundleSays() {
        Duration limit = Duration.ofNanos(100_000);
        assertThat(worker(Duration.ofSeconds(30), RuntimeProfile.DEFAULT).busyPoll())
                .isZero();
        assertThat(worker(Duration.ofSeconds(30), RuntimeProfile.DEFAULT.busyPoll(limit))
                        .busyPoll())
                .isEqualTo(limit);
    }

    @Test
    void aWriteStallFollowsTheTtl() {
        assertThat(worker(Duration.ofSeconds(3), RuntimeProfile.DEFAULT).writeStallTimeout())
                .isEqualTo(Duration.ofSeconds(1));
    }
}
