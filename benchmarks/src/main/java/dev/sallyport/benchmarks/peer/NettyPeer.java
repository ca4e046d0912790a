package dev.sallyport.benchmarks.peer;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.LengthFieldBasedFrameDecoder;
import io.netty.handler.flush.FlushConsolidationHandler;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Length-prefixed frames over bare Netty: no calls, no deadlines, nothing but bytes. With TLS it is the usual way to
 * protect a socket.
 */
final class NettyPeer implements Peer {

    private static final String HOST = "127.0.0.1";

    private final String name;
    private final boolean tls;

    NettyPeer(String name, boolean tls) {
        this.name = name;
        this.tls = tls;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Server serve() throws Exception {
        Identity identity = tls ? Identity.create() : null;
        SslContext ssl = identity == null ? null : identity.serverContext();
        EventLoopGroup group = eventLoop();
        Channel listener = new ServerBootstrap()
                .group(group)
                .channel(EpollServerSocketChannel.class)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        frames(channel, ssl == null ? null : ssl.newHandler(channel.alloc()));
                        channel.pipeline().addLast(new NettyEchoHandler());
                    }
                })
                .bind(HOST, 0)
                .sync()
                .channel();
        int port = ((InetSocketAddress) listener.localAddress()).getPort();
        String address = identity == null ? "" + port : port + " " + identity.trustFile();
        return new Listening(address, group);
    }

    @Override
    public Client connect(String address) throws Exception {
        String[] parts = address.split(" ", 2);
        int port = Integer.parseInt(parts[0]);
        SslContext ssl = tls ? Identity.clientContext(parts[1]) : null;
        EventLoopGroup group = eventLoop();
        NettyClientHandler client = new NettyClientHandler(group);
        new Bootstrap()
                .group(group)
                .channel(EpollSocketChannel.class)
                .option(ChannelOption.TCP_NODELAY, true)
                .handler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        frames(channel, ssl == null ? null : ssl.newHandler(channel.alloc(), HOST, port));
                        channel.pipeline().addLast(client);
                    }
                })
                .connect(HOST, port)
                .sync();
        return client;
    }

    private static EventLoopGroup eventLoop() {
        return new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
    }

    private static void frames(SocketChannel channel, @Nullable SslHandler ssl) {
        if (ssl != null) {
            channel.pipeline().addLast(ssl);
        }
        channel.pipeline()
                .addLast(new FlushConsolidationHandler())
                .addLast(new LengthFieldBasedFrameDecoder(Integer.MAX_VALUE, 0, Integer.BYTES));
    }

    private record Listening(String address, EventLoopGroup group) implements Server {
        @Override
        public void close() {
            group.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
        }
    }
}
