package dev.sallyport.transport.loopback;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Notices bytes that the peer does not take: a frame is stamped when it is written, so what waits in this side's buffer for
 * longer would reach the peer stale (protocol.md, section 5). While something waits, a mark behind it must be reached within the
 * limit; nothing waits for two of them. Confined to the event loop.
 */
final class StallWatch {

    private final Channel channel;
    private final long limitMillis;
    private final Runnable stalled;
    private @Nullable ScheduledFuture<?> timer;

    StallWatch(Channel channel, long limitMillis, Runnable stalled) {
        this.channel = channel;
        this.limitMillis = limitMillis;
        this.stalled = stalled;
    }

    /** Something was flushed: begins to watch when it did not leave at once. */
    void flushed() {
        if (timer != null || !somethingWaits()) {
            return;
        }
        ChannelFuture mark = channel.writeAndFlush(Unpooled.EMPTY_BUFFER);
        timer = channel.eventLoop().schedule(() -> check(mark), limitMillis, TimeUnit.MILLISECONDS);
    }

    private boolean somethingWaits() {
        ChannelOutboundBuffer waiting = channel.unsafe().outboundBuffer();
        return waiting != null && !waiting.isEmpty();
    }

    private void check(ChannelFuture mark) {
        timer = null;
        if (mark.isDone()) {
            flushed();
        } else {
            stalled.run();
        }
    }

    void stop() {
        if (timer != null) {
            timer.cancel(false);
            timer = null;
        }
    }
}
