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
import java.util.function.UnaryOperator;

/** The loopback transport's own sockets, but for what a test changes of them. */
public class AlteredSockets implements Medium {

    private final SocketMedium sockets;
    private final UnaryOperator<ServerBootstrap> servers;
    private final UnaryOperator<Bootstrap> clients;

    private AlteredSockets(
            TransportConfig config, UnaryOperator<ServerBootstrap> servers, UnaryOperator<Bootstrap> clients) {
        this.sockets = new SocketMedium(config);
        this.servers = servers;
        this.clients = clients;
    }

    /** With buffers of the test's own allocator. */
    AlteredSockets(TransportConfig config, ByteBufAllocator allocator) {
        this(
                config,
                server -> server.childOption(ChannelOption.ALLOCATOR, allocator),
                client -> client.option(ChannelOption.ALLOCATOR, allocator));
    }

    /** A transport that connects from {@code own}: connected to that same address, TCP connects it to itself. */
    public static Transport connectingFrom(TransportConfig config, InetSocketAddress own) {
        UnaryOperator<Bootstrap> from =
                client -> client.option(ChannelOption.SO_REUSEADDR, true).localAddress(own);
        return new Assembly(config, new AlteredSockets(config, UnaryOperator.identity(), from));
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
    public final ServerBootstrap serverBootstrap() {
        return servers.apply(sockets.serverBootstrap());
    }

    @Override
    public final Bootstrap clientBootstrap() {
        return clients.apply(sockets.clientBootstrap());
    }

    @Override
    public final SocketAddress listenAddress(InetSocketAddress configured) {
        return sockets.listenAddress(configured);
    }

    @Override
    public final InetSocketAddress boundAddress(Channel listening) {
        return sockets.boundAddress(listening);
    }

    @Override
    public final SocketAddress connectAddress(InetSocketAddress named) {
        return sockets.connectAddress(named);
    }

    @Override
    public void close() {
        sockets.close();
    }
}
