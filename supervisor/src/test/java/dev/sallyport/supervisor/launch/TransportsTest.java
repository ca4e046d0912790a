package dev.sallyport.supervisor.launch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.supervisor.RuntimeConfig;
import dev.sallyport.supervisor.config.RuntimeConfigLoader;
import dev.sallyport.transport.TransportConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What the keys of a file come to in the supervisor's transport. */
class TransportsTest {

    private static TransportConfig transport(String settings) {
        RuntimeConfig config =
                RuntimeConfigLoader.parse("""
                runtime:
                  platform:
                    execution_ipc: {transport: tcp_local%s}
                    process_groups: [{name: scoring}]
                """.formatted(settings), Path.of("")).config();
        return Transports.settings(Objects.requireNonNull(config.ipc()), config, 1)
                .build();
    }

    @Test
    void loopsPollWhenAskedFor() {
        assertThat(transport("").busyPoll()).isZero();
        assertThat(transport(", busy_poll_us: 100").busyPoll()).isEqualTo(Duration.ofNanos(100_000));
    }

    @Test
    void aWriteStallFollowsTheTtl() {
        assertThat(transport(", auth: {ttl_seconds: 3}").writeStallTimeout()).isEqualTo(Duration.ofSeconds(1));
        assertThat(transport(", write_stall_timeout_ms: 700").writeStallTimeout())
                .isEqualTo(Duration.ofMillis(700));
    }
}
