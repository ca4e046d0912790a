package dev.sallyport.transport.loopback;

import dev.sallyport.proto.WireSpec;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.socket.DuplexChannel;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The end of a channel (protocol.md, section 6): the last frames, then FIN, then what the peer still sends is thrown away for a while,
 * because closing a socket with unread input makes the kernel drop what was still to be sent. Confined to the event loop.
 */
final class Closing {

    private final Channel channel;
    private boolean begun;
    private long discarded;

    Closing(Channel channel) {
        this.channel = channel;
    }

    boolean hasBegun() {
        return begun;
    }

    /**
     * Begins the end.
     *
     * @param last the last frames, given away; null for an immediate and silent close
     */
    void begin(@Nullable ByteBuf last) {
        begun = true;
        if (last == null) {
            channel.close();
            return;
        }
        channel.config().setAutoRead(true);
        ChannelFuture written = channel.writeAndFlush(last);
        written.addListener((ChannelFutureListener) future -> finish());
        ScheduledFuture<?> limit = channel.eventLoop()
                .schedule(() -> channel.close(), WireSpec.CLOSE_DISCARD_MILLIS, TimeUnit.MILLISECONDS);
        channel.closeFuture().addListener(closed -> limit.cancel(false));
    }

    private void finish() {
        if (channel instanceof DuplexChannel duplex) {
            duplex.shutdownOutput();
        } else {
            channel.close();
        }
    }

    /** Bytes came that nobody wants. */
    void discard(int bytes) {
        discarded += bytes;
        if (discarded > WireSpec.CLOSE_DISCARD_BYTES) {
            channel.close();
        }
    }
}
