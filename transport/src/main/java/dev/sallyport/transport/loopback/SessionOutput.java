package dev.sallyport.transport.loopback;

import dev.sallyport.proto.v1.Goodbye;
import dev.sallyport.transport.RejectReason;
import dev.sallyport.transport.TransportObserver;
import dev.sallyport.transport.frame.ProtocolViolation;
import dev.sallyport.transport.session.Established;
import dev.sallyport.transport.session.Kind;
import dev.sallyport.transport.session.SessionChannel;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What one session sends, and its timers: all of them end with it. Confined to the channel's event loop, but for {@link #execute}.
 */
final class SessionOutput implements SessionChannel {

    /** Who ends the session when its output cannot go on. */
    interface Owner {

        void violated(ProtocolViolation violation);

        void end(RejectReason reason, String detail);

        /** Bytes of the peer are not taken any more, or are taken again. */
        void readingPaused(boolean paused);

        /** This side could not do what it had to: nothing goes on half done. On the event loop. */
        void fault(Throwable failure);
    }

    private final Channel channel;
    private final SessionLimits limits;
    private final Owner owner;
    private final FrameWriter writer;
    private final StallWatch stall;
    private final Set<ScheduledFuture<?>> timers = new HashSet<>();
    private final Established established;
    private final TransportObserver observer;
    private @Nullable ScheduledFuture<?> pauseTimer;
    private boolean full;
    private long fullSinceNanos;
    private boolean stopped;

    SessionOutput(
            Channel channel, Established established, SessionLimits limits, TransportObserver observer, Owner owner) {
        this.channel = channel;
        this.established = established;
        this.observer = observer;
        this.limits = limits;
        this.owner = owner;
        this.writer = new FrameWriter(channel, established);
        this.stall = new StallWatch(
                channel, limits.writeStallMillis(), () -> owner.end(RejectReason.E_SLOW_PEER, "it takes nothing"));
    }

    @Override
    public boolean isWritable() {
        return channel.isWritable();
    }

    /** The channel is full, or takes bytes again. */
    void writabilityChanged() {
        boolean nowFull = !channel.isWritable();
        if (full && !nowFull) {
            observer.writeStalled(established.peer(), established.lane(), System.nanoTime() - fullSinceNanos);
        } else if (nowFull && !full) {
            fullSinceNanos = System.nanoTime();
        }
        full = nowFull;
    }

    @Override
    public ByteBuf begin(int payloadBytes) {
        return writer.begin(payloadBytes);
    }

    @Override
    public void end(Kind kind) {
        if (stopped) {
            writer.drop();
            return;
        }
        try {
            writer.end(kind, limits.clocks().nanos().getAsLong());
        } catch (ProtocolViolation exhausted) {
            owner.violated(exhausted);
        }
    }

    @Override
    public void flush() {
        writer.flush();
        stall.flushed();
    }

    /** Writes one small frame; it leaves with the next flush. */
    void write(Kind kind, byte[] payload) {
        if (!stopped) {
            begin(payload.length).writeBytes(payload);
            end(kind);
        }
    }

    /** A peer that makes this side pause for as long as it may not write either does not take its answers. */
    @Override
    public void pauseReading(boolean pause) {
        if (stopped) {
            return;
        }
        channel.config().setAutoRead(!pause);
        owner.readingPaused(pause);
        cancel(pauseTimer);
        pauseTimer = pause
                ? after(
                        limits.writeStallMillis(),
                        () -> owner.end(RejectReason.E_SLOW_PEER, "it sends more than it takes answers for"))
                : null;
    }

    @Override
    public void execute(Runnable task) {
        channel.eventLoop().execute(() -> guarded(task));
    }

    /** Nobody else would learn of a task that fails, and what waits for it would wait for good. */
    void guarded(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException | Error failure) {
            owner.fault(failure);
        }
    }

    @Override
    public void schedule(Runnable task, long millis) {
        after(millis, task);
    }

    /** Runs the task unless the session has ended by then. On the event loop. */
    ScheduledFuture<?> after(long millis, Runnable task) {
        timers.removeIf(ScheduledFuture::isDone);
        ScheduledFuture<?> timer = channel.eventLoop().schedule(() -> guarded(task), millis, TimeUnit.MILLISECONDS);
        timers.add(timer);
        return timer;
    }

    static void cancel(@Nullable ScheduledFuture<?> timer) {
        if (timer != null) {
            timer.cancel(false);
        }
    }

    @Override
    public long nanoTime() {
        return System.nanoTime();
    }

    /** The session ends: no timer fires any more. */
    void stopTimers() {
        timers.forEach(timer -> timer.cancel(false));
        stall.stop();
    }

    /**
     * Writes GOODBYE; nothing is written behind it.
     *
     * @param goodbye null to end in silence
     * @return what the peer is still to read, the caller's to release; null for a silent end, which it also is when there is no memory
     *     for GOODBYE
     */
    @Nullable
    ByteBuf last(@Nullable Goodbye goodbye) {
        boolean told = false;
        try {
            if (goodbye != null) {
                write(Kind.GOODBYE, goodbye.toByteArray());
                told = true;
            }
        } catch (OutOfMemoryError e) {
            Faults.log(e);
        }
        stopped = true;
        if (!told) {
            writer.drop();
        }
        return writer.last();
    }
}
