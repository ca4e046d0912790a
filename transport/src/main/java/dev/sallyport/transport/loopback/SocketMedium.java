package dev.sallyport.transport.loopback;

import dev.sallyport.transport.Lane;
import dev.sallyport.transport.TransportConfig;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.DefaultSelectStrategyFactory;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SelectStrategyFactory;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Loopback TCP over epoll where it loads, over NIO elsewhere. */
final class SocketMedium implements Medium {

    /** Unsent bytes at which a session counts as not writable, and at which it is writable again. */
    private static final WriteBufferWaterMark WATER_MARK = new WriteBufferWaterMark(128 * 1024, 256 * 1024);

    /** Connections that the kernel holds ready: a burst of strangers must not crowd out a worker. */
    private static final int BACKLOG = 1024;

    /** Netty's own default: the array of events grows as they come. */
    private static final int EVENTS_FROM_SMALL = 0;

    private final boolean epoll;
    private final EventLoopGroup accepting;
    private final EventLoopGroup control;
    private final EventLoopGroup data;

    SocketMedium(TransportConfig config) {
        this(config, dataStrategy(config.busyPoll()));
    }

    /** @param dataStrategy what a data loop of epoll does before it blocks; NIO has its own */
    SocketMedium(TransportConfig config, SelectStrategyFactory dataStrategy) {
        this.epoll = useEpoll(config.io());
        this.accepting = group("sallyport-accept", 1, DefaultSelectStrategyFactory.INSTANCE);
        this.control = group("sallyport-control", 1, DefaultSelectStrategyFactory.INSTANCE);
        this.data = group("sallyport-data", config.eventLoops(), dataStrategy);
    }

    /** Makes a channel as a client would, and drops it. */
    static void load() {
        Channel channel = Epoll.isAvailable() ? new EpollSocketChannel() : new NioSocketChannel();
        Pipelines.load(channel);
        channel.alloc().directBuffer().release();
        channel.unsafe().closeForcibly();
    }

    private static boolean useEpoll(TransportConfig.Io io) {
        return switch (io) {
            case NIO -> false;
            case EPOLL -> {
                Epoll.ensureAvailability();
                yield true;
            }
            case AUTO -> Epoll.isAvailable();
        };
    }

    private static SelectStrategyFactory dataStrategy(Duration busyPoll) {
        return busyPoll.isZero() ? DefaultSelectStrategyFactory.INSTANCE : BusyPoll.of(busyPoll.toNanos());
    }

    private EventLoopGroup group(String name, int threads, SelectStrategyFactory strategy) {
        IoHandlerFactory io =
                epoll ? EpollIoHandler.newFactory(EVENTS_FROM_SMALL, strategy) : NioIoHandler.newFactory();
        return new MultiThreadIoEventLoopGroup(threads, new DefaultThreadFactory(name, true), io);
    }

    @Override
    public EventLoopGroup accepting() {
        return accepting;
    }

    @Override
    public EventLoopGroup control() {
        return control;
    }

    @Override
    public EventLoopGroup data() {
        return data;
    }

    @Override
    public EventLoopGroup client(Lane lane) {
        return lane == Lane.CONTROL ? control : data;
    }

    @Override
    public ServerBootstrap serverBootstrap() {
        return new ServerBootstrap()
                .channel(epoll ? EpollServerSocketChannel.class : NioServerSocketChannel.class)
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARK);
    }

    @Override
    public Bootstrap clientBootstrap() {
        return new Bootstrap()
                .channel(epoll ? EpollSocketChannel.class : NioSocketChannel.class)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARK);
    }

    @Override
    public SocketAddress listenAddress(InetSocketAddress configured) {
        return configured;
    }

    @Override
    public InetSocketAddress boundAddress(Channel listening) {
        return (InetSocketAddress) listening.localAddress();
    }

    @Override
    public SocketAddress connectAddress(InetSocketAddress named) {
        return named;
    }

    @Override
    public void close() {
        accepting.shutdownGracefully(0, 1, TimeUnit.SECONDS);
        control.shutdownGracefully(0, 1, TimeUnit.SECONDS);
        data.shutdownGracefully(0, 1, TimeUnit.SECONDS);
        accepting.terminationFuture().awaitUninterruptibly(1, TimeUnit.SECONDS);
        control.terminationFuture().awaitUninterruptibly(1, TimeUnit.SECONDS);
        data.terminationFuture().awaitUninterruptibly(1, TimeUnit.SECONDS);
    }
}
