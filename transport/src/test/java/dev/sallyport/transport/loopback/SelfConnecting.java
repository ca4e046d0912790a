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

/** Sockets whose clients leave from one address: connected to that same address, TCP connects them to themselves. */
public final class SelfConnecting implements Medium {

    private final SocketMedium sockets;
    private final InetSocketAddress own;

    private SelfConnecting(TransportConfig config, InetSocketAddress own) {
        this.sockets = new SocketMedium(config);
        this.own = own;
    }

    /** A transport that connects from {@code own}. */
    public static Transport transport(TransportConfig config, InetSocketAddress own) {
        return new Assembly(config, new SelfConnecting(config, own));
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
        return sockets.serverBootstrap();
    }

    @Override
    public Bootstrap clientBootstrap() {
        return sockets.clientBootstrap()
                .option(ChannelOption.SO_REUSEADDR, true)
                .localAddress(own);
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
