package dev.sallyport.benchmarks.stage;

import dev.sallyport.transport.auth.FrameVerifier;
import dev.sallyport.transport.auth.VerifiedFrame;
import io.netty.buffer.ByteBuf;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** The tag of a received frame verified. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Thread)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
public class VerifyBenchmark {

    @Param({"64", "1024", "8192", "65536"})
    int size;

    private ByteBuf frame;
    private FrameVerifier verifier;

    @Setup
    public void allocate() {
        frame = Frames.signed(Frames.hmac(), Frames.payload(size));
        verifier = new FrameVerifier(Frames.hmac());
        if (verify() == null) {
            throw new IllegalStateException("the frame does not verify: the benchmark would measure a refusal");
        }
    }

    @TearDown
    public void release() {
        frame.release();
    }

    @Benchmark
    public @Nullable VerifiedFrame verify() {
        return verifier.verify(frame, 0, frame.readableBytes());
    }
}
