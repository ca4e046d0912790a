package dev.sallyport.transport.loopback;

import dev.sallyport.transport.Lane;
import dev.sallyport.transport.Transport;
import dev.sallyport.transport.TransportConfig;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import java.net.InetSocketAddress;
import java.net.SocketAddress;

/** The loopback transport as it is, with memory that can fail. */
record FailingLoopback(SocketMedium sockets, FailingAllocator memory) implements Medium {

    static Transport create(TransportConfig config, FailingAllocator memory) {
        return new Assembly(config, new FailingLoopback(new SocketMedium(config), memory));
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
        return sockets.serverBootstrap().childOption(ChannelOption.ALLOCATOR, memory);
    }

    @Override
    public Bootstrap clientBootstrap() {
        return sockets.clientBootstrap().option(ChannelOption.ALLOCATOR, memory);
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
