package dev.sallyport.transport.loopback;

import dev.sallyport.transport.Connection;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import java.util.Objects;

/** Cuts the connection of a lane. */
public final class Cut {

    private Cut() {}

    /** Resets the data lane of a worker, as a lost connection would be. */
    public static void reset(Connection connection) {
        Channel channel = Objects.requireNonNull(((WorkerConnection) connection).session())
                .channel();
        channel.config().setOption(ChannelOption.SO_LINGER, 0);
        channel.close().syncUninterruptibly();
    }
}
