package dev.sallyport.dist;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.examples.fundloads.FundLoadMethods;
import dev.sallyport.examples.fundloads.v1.DecideRequest;
import dev.sallyport.examples.fundloads.v1.ParseRequest;
import dev.sallyport.supervisor.BootstrapSupervisor;
import dev.sallyport.supervisor.SupervisorListener;
import dev.sallyport.supervisor.config.RuntimeConfigLoader;
import dev.sallyport.supervisor.launch.Supervisors;
import dev.sallyport.transport.CallException;
import dev.sallyport.transport.Deadline;
import dev.sallyport.transport.MethodDescriptor;
import dev.sallyport.transport.Outcome;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DiscoveryRootsIT {

    @ParameterizedTest
    @ValueSource(strings = {"inline", "process"})
    @DisplayName(
            "CHILD-BOOT-01 both roots are on every worker's class path, and a worker serves those of its own root alone")
    void CHILD_BOOT_01_disjointRootsGiveDifferentContainers(String config) {
        Path file = Path.of("../examples/fund-loads", config + ".yml");
        try (BootstrapSupervisor supervisor =
                Supervisors.create(RuntimeConfigLoader.load(file).config(), SupervisorListener.NONE)) {
            supervisor.startGroups();
            supervisor.waitReady(Duration.ofSeconds(60));
            ParseRequest lines = ParseRequest.getDefaultInstance();
            DecideRequest loads = DecideRequest.newBuilder().setPartition("p0").build();
            assertThat(call(supervisor, "parse", FundLoadMethods.PARSE, lines)).isEqualTo(Outcome.OK);
            assertThat(call(supervisor, "limits", FundLoadMethods.DECIDE, loads))
                    .isEqualTo(Outcome.OK);
            assertThat(call(supervisor, "parse", FundLoadMethods.DECIDE, loads)).isEqualTo(Outcome.UNKNOWN_METHOD);
            assertThat(call(supervisor, "limits", FundLoadMethods.PARSE, lines)).isEqualTo(Outcome.UNKNOWN_METHOD);
        }
    }

    private static <Q, R> Outcome call(
            BootstrapSupervisor supervisor, String group, MethodDescriptor<Q, R> method, Q request) {
        try {
            supervisor
                    .group(group)
                    .call(method, request, Deadline.afterMillis(30_000))
                    .join();
            return Outcome.OK;
        } catch (CompletionException e) {
            assertThat(e).hasCauseInstanceOf(CallException.class);
            return ((CallException) e.getCause()).outcome();
        }
    }
}
