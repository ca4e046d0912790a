package dev.sallyport.transport.loopback;

import dev.sallyport.proto.WireSpec;
import dev.sallyport.transport.frame.FrameDecoder;
import dev.sallyport.transport.session.SupervisorHandshake;
import dev.sallyport.transport.session.WorkerHandshake;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import java.net.SocketAddress;
import java.util.function.Supplier;

/**
 * The one place where channels get their handlers. A channel has one handler at a time: that of its handshake, then that of its
 * session.
 */
final class Pipelines {

    private static final ReceiveBuffers RECEIVE = new ReceiveBuffers();

    private Pipelines() {}

    /** The first handler of a process has the network library read its own annotations, which takes 10 ms. The channel is never registered. */
    static void load(Channel channel) {
        channel.pipeline().addLast(new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel registered) {
                // nothing: see above
            }
        });
    }

    /**
     * Listens, and accepts nothing before the listening channel is told to read. Every accepted channel begins a handshake on the
     * accepting event loop.
     */
    static ChannelFuture listen(
            Medium medium,
            SocketAddress address,
            UnauthenticatedPool pool,
            Supplier<SupervisorHandshake> handshakes,
            SupervisorHandshakeHandler.Owner owner,
            Clocks clocks) {
        ServerBootstrap bootstrap = medium.serverBootstrap();
        bootstrap.group(medium.accepting());
        bootstrap.childOption(ChannelOption.RECVBUF_ALLOCATOR, RECEIVE);
        bootstrap.option(ChannelOption.AUTO_READ, false);
        bootstrap.childHandler(new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel channel) {
                SupervisorHandshake handshake = handshakes.get();
                FrameDecoder decoder = new FrameDecoder(channel.alloc(), WireSpec.LEN_MAX_HANDSHAKE, handshake::isDue);
                channel.pipeline().addLast(new SupervisorHandshakeHandler(owner, handshake, pool, decoder, clocks));
            }
        });
        return bootstrap.bind(address);
    }

    /** Connects; the channel begins a handshake on an event loop of {@code group}. */
    static ChannelFuture connect(
            Medium medium,
            EventLoopGroup group,
            SocketAddress address,
            int timeoutMillis,
            WorkerHandshake handshake,
            WorkerHandshakeHandler.Owner owner,
            Clocks clocks) {
        Bootstrap bootstrap = medium.clientBootstrap();
        bootstrap.group(group);
        bootstrap.option(ChannelOption.CONNECT_TIMEOUT_MILLIS, timeoutMillis);
        bootstrap.option(ChannelOption.RECVBUF_ALLOCATOR, RECEIVE);
        bootstrap.handler(new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel channel) {
                FrameDecoder decoder = new FrameDecoder(channel.alloc(), WireSpec.LEN_MAX_HANDSHAKE);
                channel.pipeline().addLast(new WorkerHandshakeHandler(owner, handshake, decoder, clocks));
            }
        });
        return bootstrap.connect(address);
    }

    /** Gives the channel, whose handshake handler has left, to its session. On the channel's event loop. */
    static void open(Channel channel, SessionHandler session) {
        channel.pipeline().addLast(session);
    }
}
