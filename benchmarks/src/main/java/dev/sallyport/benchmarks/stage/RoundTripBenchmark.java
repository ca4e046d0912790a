package dev.sallyport.benchmarks.stage;

import dev.sallyport.transport.Connection;
import dev.sallyport.transport.Deadline;
import dev.sallyport.transport.MethodDescriptor;
import dev.sallyport.transport.PeerSpec;
import dev.sallyport.transport.Routes;
import dev.sallyport.transport.Transport;
import dev.sallyport.transport.TransportConfig;
import dev.sallyport.transport.TransportServer;
import dev.sallyport.transport.loopback.LoopbackTransport;
import dev.sallyport.transport.loopback.UnsignedTransport;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * A whole call over a real socket, both ends in this JVM, the handler on the event loop: signed against unsigned on the same
 * stack. Bytes allocated are those of both ends, the payload's own arrays included.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Thread)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
public class RoundTripBenchmark {

    private static final int BATCH = 64;
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final MethodDescriptor<byte[], byte[]> ECHO = MethodDescriptor.ofBytes("benchmark/echo");

    /** Whether frames carry a real tag. */
    public enum Tags {
        SIGNED,
        UNSIGNED
    }

    @Param
    Tags tags = Tags.SIGNED;

    @Param({"64", "1024", "65536"})
    int size;

    /** For {@code -p io=EPOLL,NIO}: which of them AUTO should take (docs/adr/0082). */
    @Param("AUTO")
    TransportConfig.Io io = TransportConfig.Io.AUTO;

    private byte[] payload;
    private Transport serving;
    private Transport calling;
    private Connection connection;

    @Setup
    public void connect() {
        payload = Frames.payload(size);
        serving = transport();
        calling = transport();
        TransportServer server = serving.bind(
                Routes.builder().onEventLoop(ECHO, (call, request) -> request).build());
        connection =
                calling.connect(server.issue(PeerSpec.of("benchmark", "client").mayCall(ECHO)), Routes.none());
    }

    private Transport transport() {
        TransportConfig config =
                TransportConfig.builder().directCallbacks(true).io(io).build();
        return tags == Tags.SIGNED ? LoopbackTransport.create(config) : UnsignedTransport.create(config);
    }

    @TearDown
    public void close() {
        calling.close();
        serving.close();
    }

    private CompletableFuture<byte[]> call() {
        return connection.call(ECHO, payload, Deadline.after(TIMEOUT));
    }

    @Benchmark
    public byte[] alone() {
        return call().join();
    }

    /** Sixty-four calls at once; time is for one of them. */
    @Benchmark
    @OperationsPerInvocation(BATCH)
    public Void together() {
        CompletableFuture<?>[] waiting = new CompletableFuture<?>[BATCH];
        for (int i = 0; i < BATCH; i++) {
            waiting[i] = call();
        }
        return CompletableFuture.allOf(waiting).join();
    }
}
