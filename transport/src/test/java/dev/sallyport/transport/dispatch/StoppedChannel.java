package dev.sallyport.transport.dispatch;

import dev.sallyport.transport.session.Kind;
import dev.sallyport.transport.session.SessionChannel;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;

/** A channel whose peer takes what it is sent, or takes nothing. Runs tasks at once. */
final class StoppedChannel implements SessionChannel {

    /** CALLS payloads, in order. */
    final List<byte[]> frames = new ArrayList<>();

    private ByteBuf frame = Unpooled.EMPTY_BUFFER;
    boolean writable = true;

    @Override
    public boolean isWritable() {
        return writable;
    }

    @Override
    public ByteBuf begin(int payloadBytes) {
        frame = Unpooled.buffer(payloadBytes);
        return frame;
    }

    @Override
    public void end(Kind kind) {
        frames.add(ByteBufUtil.getBytes(frame));
    }

    @Override
    public void flush() {}

    @Override
    public void pauseReading(boolean pause) {}

    @Override
    public void schedule(Runnable task, long millis) {}

    @Override
    public void execute(Runnable task) {
        task.run();
    }

    @Override
    public long nanoTime() {
        return System.nanoTime();
    }
}
