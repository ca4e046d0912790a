package dev.sallyport.transport.loopback;

import dev.sallyport.transport.Lane;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import java.net.InetSocketAddress;
import java.net.SocketAddress;

/**
 * What channels are made of: sockets, or pipes inside this process. It has three groups of event loops, so that neither
 * strangers nor data hold up control: one accepts and authenticates, one carries control lanes, one carries data lanes.
 */
public interface Medium extends AutoCloseable {

    /** Accepts connections and runs handshakes of the supervisor's side. */
    EventLoopGroup accepting();

    /** Carries the server's ends of control lanes. */
    EventLoopGroup control();

    /** Carries the server's ends of data lanes. */
    EventLoopGroup data();

    /** Carries the clients' ends of a lane. */
    EventLoopGroup client(Lane lane);

    /** A bootstrap with channel type and options, without group and handlers. */
    ServerBootstrap serverBootstrap();

    /** A bootstrap with channel type and options, without group and handlers. */
    Bootstrap clientBootstrap();

    /** Where to listen for a configured address. */
    SocketAddress listenAddress(InetSocketAddress configured);

    /** The address of a listening channel, as credentials name it. */
    InetSocketAddress boundAddress(Channel listening);

    /** Where to connect for an address from a credential. */
    SocketAddress connectAddress(InetSocketAddress named);

    /** Ends the event loops; waits at most 2 s. */
    @Override
    void close();
}
