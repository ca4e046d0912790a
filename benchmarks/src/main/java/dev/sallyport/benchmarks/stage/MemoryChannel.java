package dev.sallyport.benchmarks.stage;

import dev.sallyport.transport.frame.ProtocolViolation;
import dev.sallyport.transport.session.Kind;
import dev.sallyport.transport.session.LaneTraffic;
import dev.sallyport.transport.session.SessionChannel;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import java.util.ArrayDeque;
import java.util.Queue;

/** A session of which only the payloads exist: what is written is kept until it is delivered. One thread. */
final class MemoryChannel implements SessionChannel {

    /** Between two deliveries. */
    private static final int MAX_FRAMES = 256;

    private final LaneTraffic receiver;
    private final ByteBuf written = PooledByteBufAllocator.DEFAULT.directBuffer();
    private final int[] ends = new int[MAX_FRAMES];
    private int frames;
    private final Queue<Runnable> tasks = new ArrayDeque<>();

    MemoryChannel(LaneTraffic receiver) {
        this.receiver = receiver;
    }

    /** Runs what was given to the event loop. */
    void runTasks() {
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
            task.run();
        }
    }

    /** Hands over the payloads written, then says that all were read. */
    void deliver() throws ProtocolViolation {
        int start = 0;
        for (int i = 0; i < frames; i++) {
            receiver.frame(Kind.CALLS, written, start, ends[i] - start);
            start = ends[i];
        }
        frames = 0;
        written.clear();
        receiver.readComplete();
    }

    void release() {
        written.release();
    }

    @Override
    public boolean isWritable() {
        return true;
    }

    @Override
    public ByteBuf begin(int payloadBytes) {
        return written;
    }

    @Override
    public void end(Kind kind) {
        ends[frames++] = written.writerIndex();
    }

    @Override
    public void flush() {}

    @Override
    public void pauseReading(boolean pause) {}

    /** No deadline passes in a benchmark. */
    @Override
    public void schedule(Runnable task, long millis) {}

    @Override
    public long nanoTime() {
        return System.nanoTime();
    }

    @Override
    public void execute(Runnable task) {
        tasks.add(task);
    }
}
