package dev.sallyport.benchmarks.stage;

import dev.sallyport.transport.frame.FrameDecoder;
import dev.sallyport.transport.frame.FrameEncoder;
import dev.sallyport.transport.frame.ProtocolViolation;
import dev.sallyport.transport.session.Kind;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
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
import org.openjdk.jmh.infra.Blackhole;

/** Framing alone: a header written around a payload, and a frame cut from the stream, whole or in two reads. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Thread)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
public class FrameCodecBenchmark {

    @Param({"64", "1024", "65536"})
    int size;

    private byte[] payload;
    private ByteBuf out;
    private ByteBuf frame;
    private FrameDecoder decoder;

    @Setup
    public void allocate() {
        payload = Frames.payload(size);
        out = PooledByteBufAllocator.DEFAULT.directBuffer(size + 128);
        frame = Frames.signed(Frames.zeros(), payload);
        decoder = new FrameDecoder(PooledByteBufAllocator.DEFAULT, Frames.MAX_LEN);
    }

    @TearDown
    public void release() {
        decoder.close();
        frame.release();
        out.release();
    }

    @Benchmark
    public ByteBuf encode() {
        out.clear();
        int start = FrameEncoder.begin(out);
        out.writeBytes(payload);
        FrameEncoder.header(out, start, Kind.CALLS.type(), Kind.CALLS.number(), Frames.SCHEMA, 7, 7);
        return out;
    }

    @Benchmark
    public void decodeWhole(Blackhole sink) throws ProtocolViolation {
        frame.readerIndex(0);
        decoder.decode(frame, (buffer, offset, length, more) -> {
            sink.consume(length);
            return true;
        });
    }

    /** The second read ends the frame: its bytes are collected, which costs a copy. */
    @Benchmark
    public void decodeSplit(Blackhole sink) throws ProtocolViolation {
        int end = frame.writerIndex();
        frame.setIndex(0, end / 2);
        decoder.decode(frame, (buffer, offset, length, more) -> true);
        frame.writerIndex(end);
        decoder.decode(frame, (buffer, offset, length, more) -> {
            sink.consume(length);
            return true;
        });
    }
}
