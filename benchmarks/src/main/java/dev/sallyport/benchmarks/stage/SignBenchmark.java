package dev.sallyport.benchmarks.stage;

import dev.sallyport.proto.WireSpec;
import dev.sallyport.transport.auth.FrameSigner;
import dev.sallyport.transport.session.Kind;
import io.netty.buffer.ByteBuf;
import java.util.concurrent.TimeUnit;
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

/** A frame completed and signed in place, as it is before each write. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Thread)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
public class SignBenchmark {

    @Param({"64", "1024", "8192", "65536"})
    int size;

    private ByteBuf frame;
    private int end;
    private FrameSigner signer;

    @Setup
    public void allocate() {
        frame = Frames.signed(Frames.hmac(), Frames.payload(size));
        end = frame.writerIndex() - WireSpec.TAG_BYTES;
        signer = new FrameSigner(Frames.hmac());
    }

    @TearDown
    public void release() {
        frame.release();
    }

    @Benchmark
    public ByteBuf sign() {
        frame.writerIndex(end);
        signer.seal(frame, 0, Kind.CALLS.type(), Kind.CALLS.number(), Frames.SCHEMA, 7, 7);
        return frame;
    }
}
