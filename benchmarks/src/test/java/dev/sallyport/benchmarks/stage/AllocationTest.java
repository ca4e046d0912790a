package dev.sallyport.benchmarks.stage;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.sallyport.transport.Connection;
import dev.sallyport.transport.Deadline;
import dev.sallyport.transport.MethodDescriptor;
import dev.sallyport.transport.PeerSpec;
import dev.sallyport.transport.Routes;
import dev.sallyport.transport.Transport;
import dev.sallyport.transport.TransportConfig;
import dev.sallyport.transport.TransportServer;
import dev.sallyport.transport.loopback.LoopbackTransport;
import io.netty.util.ResourceLeakDetector;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Holds what a call may allocate, both ends together, over a real socket. */
class AllocationTest {

    private static final int PAYLOAD_BYTES = 1024;

    /** The request as the server's handler gets it and the reply as the caller gets it: an array each, with its header. */
    private static final int PAYLOAD_ARRAYS_BYTES = 2 * (PAYLOAD_BYTES + 16);

    private static final int LIMIT_BYTES = 1536;

    /** Until code is compiled it allocates more; what counts is the steady state, which the best window shows. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final int CALLS_A_WINDOW = 2_000;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final ResourceLeakDetector.Level leakLevel = ResourceLeakDetector.getLevel();

    @BeforeEach
    void withoutLeakRecords() {
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.DISABLED);
    }

    @AfterEach
    void withLeakRecords() {
        ResourceLeakDetector.setLevel(leakLevel);
    }

    @Test
    @DisplayName("a unary call of 1 KiB allocates at most 1.5 KiB besides the payload, both ends together")
    void unaryCall() {
        MethodDescriptor<byte[], byte[]> echo = MethodDescriptor.ofBytes("benchmark/echo");
        TransportConfig config = TransportConfig.builder().directCallbacks(true).build();
        byte[] payload = Frames.payload(PAYLOAD_BYTES);
        try (Transport serving = LoopbackTransport.create(config);
                Transport calling = LoopbackTransport.create(config)) {
            TransportServer server = serving.bind(Routes.builder()
                    .onEventLoop(echo, (call, request) -> request)
                    .build());
            Connection connection = calling.connect(
                    server.issue(PeerSpec.of("benchmark", "client").mayCall(echo)), Routes.none());
            long best = Long.MAX_VALUE;
            long end = System.nanoTime() + PATIENCE.toNanos();
            while (best > LIMIT_BYTES && System.nanoTime() - end < 0) {
                long before = allocated();
                for (int i = 0; i < CALLS_A_WINDOW; i++) {
                    connection
                            .call(echo, payload, Deadline.after(Duration.ofSeconds(30)))
                            .join();
                }
                best = Math.min(best, (allocated() - before) / CALLS_A_WINDOW - PAYLOAD_ARRAYS_BYTES);
            }
            assertThat(best).as("bytes for each call besides the payload").isBetween(0L, (long) LIMIT_BYTES);
        }
    }

    private long allocated() {
        return Arrays.stream(threads.getThreadAllocatedBytes(threads.getAllThreadIds()))
                .filter(bytes -> bytes > 0)
                .sum();
    }
}
