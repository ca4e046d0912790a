package dev.sallyport.benchmarks.stage;

import dev.sallyport.proto.WireSpec;
import dev.sallyport.transport.Lane;
import dev.sallyport.transport.auth.FrameVerifier;
import dev.sallyport.transport.auth.VerifiedFrame;
import dev.sallyport.transport.frame.ProtocolViolation;
import dev.sallyport.transport.session.Kind;
import dev.sallyport.transport.session.Role;
import dev.sallyport.transport.session.Session;
import io.netty.buffer.ByteBuf;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Every check of a session behind the tag: reserved fields, type, sequence, time, kind, schema. A verified frame has to be made
 * by a verifier, here one whose tag costs nothing.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Thread)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
public class SessionBenchmark {

    private static final long TTL_MILLIS = 30_000;

    private ByteBuf frame;
    private FrameVerifier verifier;
    private Session session;
    private long seq;

    @Setup
    public void open() {
        frame = Frames.signed(Frames.zeros(), Frames.payload(64));
        verifier = new FrameVerifier(Frames.zeros());
        session = new Session(Role.SUPERVISOR, Lane.DATA, Frames.SCHEMA, TTL_MILLIS, 0);
    }

    @TearDown
    public void release() {
        frame.release();
    }

    @Benchmark
    public Kind accept() throws ProtocolViolation {
        frame.setLong(WireSpec.OFFSET_SEQ, seq++);
        VerifiedFrame verified = Objects.requireNonNull(verifier.verify(frame, 0, frame.readableBytes()));
        return session.accept(verified, 0);
    }

    @Benchmark
    public long stamp() throws ProtocolViolation {
        return session.nextSeq(Kind.CALLS) + session.time(seq);
    }
}
