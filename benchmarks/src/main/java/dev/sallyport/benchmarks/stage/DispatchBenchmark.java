package dev.sallyport.benchmarks.stage;

import dev.sallyport.transport.Deadline;
import dev.sallyport.transport.MethodDescriptor;
import dev.sallyport.transport.PeerId;
import dev.sallyport.transport.Routes;
import dev.sallyport.transport.TransportObserver;
import dev.sallyport.transport.dispatch.DispatchSettings;
import dev.sallyport.transport.dispatch.Dispatcher;
import dev.sallyport.transport.frame.ProtocolViolation;
import dev.sallyport.transport.session.Role;
import java.time.Duration;
import java.util.Map;
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
 * Calls without framing, tags or sockets: encode, queue, decode, route, handle, answer, correlate, complete. Both ends on one
 * thread, handler on the event loop. Time and bytes are for one call.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Thread)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
public class DispatchBenchmark {

    private static final int BATCH = 64;
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final MethodDescriptor<byte[], byte[]> ECHO = MethodDescriptor.ofBytes("benchmark/echo");

    @Param({"64", "1024"})
    int size;

    private byte[] payload;
    private MemoryChannel toWorker;
    private MemoryChannel toSupervisor;
    private Dispatcher caller;
    private final byte[][] replies = new byte[BATCH][];

    @Setup
    public void open() {
        payload = Frames.payload(size);
        caller = dispatcher(Role.SUPERVISOR, Routes.none());
        Dispatcher server = dispatcher(
                Role.WORKER,
                Routes.builder().onEventLoop(ECHO, (call, request) -> request).build());
        toWorker = new MemoryChannel(server);
        toSupervisor = new MemoryChannel(caller);
        caller.opened(toWorker);
        server.opened(toSupervisor);
    }

    private static Dispatcher dispatcher(Role role, Routes routes) {
        return new Dispatcher(
                new PeerId("benchmark", "worker", 1),
                role,
                new DispatchSettings(
                        routes,
                        method -> true,
                        () -> true,
                        1024,
                        Frames.MAX_LEN,
                        Runnable::run,
                        Runnable::run,
                        Runnable::run,
                        TransportObserver.NONE));
    }

    @TearDown
    public void release() {
        toWorker.release();
        toSupervisor.release();
    }

    private CompletableFuture<byte[]> call() {
        return caller.call(ECHO, payload, Deadline.after(TIMEOUT), Map.of());
    }

    private void exchange() throws ProtocolViolation {
        toWorker.runTasks();
        toWorker.deliver();
        toSupervisor.deliver();
    }

    @Benchmark
    public byte[] alone() throws ProtocolViolation {
        CompletableFuture<byte[]> reply = call();
        exchange();
        return reply.join();
    }

    /** Sixty-four calls that travel together. */
    @Benchmark
    @OperationsPerInvocation(BATCH)
    @SuppressWarnings({"unchecked", "rawtypes"})
    public byte[][] together() throws ProtocolViolation {
        CompletableFuture[] waiting = new CompletableFuture[BATCH];
        for (int i = 0; i < BATCH; i++) {
            waiting[i] = call();
        }
        exchange();
        for (int i = 0; i < BATCH; i++) {
            replies[i] = ((CompletableFuture<byte[]>) waiting[i]).join();
        }
        return replies;
    }
}
