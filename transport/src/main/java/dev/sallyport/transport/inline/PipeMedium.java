package dev.sallyport.transport.inline;

import dev.sallyport.transport.Lane;
import dev.sallyport.transport.TransportConfig;
import dev.sallyport.transport.loopback.Medium;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.local.LocalAddress;
import io.netty.channel.local.LocalChannel;
import io.netty.channel.local.LocalIoHandler;
import io.netty.channel.local.LocalServerChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Pipes inside this process. A listening end has a number where a socket has its port, so that credentials and transcripts are
 * the same as over sockets.
 *
 * <p>The two ends of a pipe are always on different event loops: on one, a write would run the reader inside itself, and the
 * network library drops a flush that is asked for within a flush. The server's ends stay on the event loop that accepted them, since
 * a pipe cannot be moved.
 */
final class PipeMedium implements Medium {

    private static final AtomicInteger LAST_NUMBER = new AtomicInteger();
    private static final int NUMBERS = 65_535;

    /** The far end of a pipe, on event loops of another transport, closes a moment later and runs its last task here. */
    private static final int QUIET_MILLIS = 100;

    private final EventLoopGroup server;
    private final EventLoopGroup clientControl;
    private final EventLoopGroup clientData;

    PipeMedium(TransportConfig config) {
        this.server = group("sallyport-inline-server", 1);
        this.clientControl = group("sallyport-inline-control", 1);
        this.clientData = group("sallyport-inline-data", config.eventLoops());
    }

    private static EventLoopGroup group(String name, int threads) {
        return new MultiThreadIoEventLoopGroup(
                threads, new DefaultThreadFactory(name, true), LocalIoHandler.newFactory());
    }

    @Override
    public EventLoopGroup accepting() {
        return server;
    }

    @Override
    public EventLoopGroup control() {
        return server;
    }

    @Override
    public EventLoopGroup data() {
        return server;
    }

    @Override
    public EventLoopGroup client(Lane lane) {
        return lane == Lane.CONTROL ? clientControl : clientData;
    }

    @Override
    public ServerBootstrap serverBootstrap() {
        return new ServerBootstrap().channel(LocalServerChannel.class);
    }

    @Override
    public Bootstrap clientBootstrap() {
        return new Bootstrap().channel(LocalChannel.class);
    }

    @Override
    public SocketAddress listenAddress(InetSocketAddress configured) {
        int number = Math.floorMod(LAST_NUMBER.getAndIncrement(), NUMBERS) + 1;
        return address(number);
    }

    @Override
    public InetSocketAddress boundAddress(Channel listening) {
        String id = ((LocalAddress) listening.localAddress()).id();
        int number = Integer.parseInt(id.substring(id.lastIndexOf('-') + 1));
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), number);
    }

    @Override
    public SocketAddress connectAddress(InetSocketAddress named) {
        return address(named.getPort());
    }

    private static LocalAddress address(int number) {
        return new LocalAddress("sallyport-" + number);
    }

    @Override
    public void close() {
        List<EventLoopGroup> groups = List.of(server, clientControl, clientData);
        groups.forEach(group -> group.shutdownGracefully(QUIET_MILLIS, 1_000, TimeUnit.MILLISECONDS));
        groups.forEach(group -> group.terminationFuture().awaitUninterruptibly(1, TimeUnit.SECONDS));
    }
}
