package dev.sallyport.transport.loopback;

import dev.sallyport.transport.Lane;
import dev.sallyport.transport.Transport;
import dev.sallyport.transport.TransportConfig;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import java.net.InetSocketAddress;
import java.net.SocketAddress;

/** The loopback transport with buffers of the test's own allocator. */
public final class CountedLoopback implements Medium {

    private final SocketMedium sockets;
    private final ByteBufAllocator allocator;

    private CountedLoopback(TransportConfig config, ByteBufAllocator allocator) {
        this.sockets = new SocketMedium(config);
        this.allocator = allocator;
    }

    public static Transport create(TransportConfig config, ByteBufAllocator allocator) {
        return new Assembly(config, new CountedLoopback(config, allocator));
    }

    @Override
    public EventLoopGroup accepting() {
        return sockets.accepting();
    }

    @Override
    public EventLoopGroup control() {
        return sockets.control();
    }

    @Override
    public EventLoopGroup data() {
        return sockets.data();
    }

    @Override
    public EventLoopGroup client(Lane lane) {
        return sockets.client(lane);
    }

    @Override
    public ServerBootstrap serverBootstrap() {
        return sockets.serverBootstrap().childOption(ChannelOption.ALLOCATOR, allocator);
    }

    @Override
    public Bootstrap clientBootstrap() {
        return sockets.clientBootstrap().option(ChannelOption.ALLOCATOR, allocator);
    }

    @Override
    public SocketAddress listenAddress(InetSocketAddress configured) {
        return sockets.listenAddress(configured);
    }

    @Override
    public InetSocketAddress boundAddress(Channel listening) {
        return sockets.boundAddress(listening);
    }

    @Override
    public SocketAddress connectAddress(InetSocketAddress named) {
        return sockets.connectAddress(named);
    }

    @Override
    public void close() {
        sockets.close();
    }
}
