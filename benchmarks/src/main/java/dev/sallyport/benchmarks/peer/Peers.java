package dev.sallyport.benchmarks.peer;

import dev.sallyport.benchmarks.peer.SallyportPeer.Threads;
import java.util.List;

/** Every peer of the comparison. */
public final class Peers {

    private static final List<Peer> ALL = List.of(
            new SallyportPeer("sallyport", Threads.POLLING_LOOPS, true),
            new SallyportPeer("sallyport-blocking", Threads.LOOPS, true),
            new SallyportPeer("sallyport-pool", Threads.POOLS, true),
            new SallyportPeer("sallyport-unsigned", Threads.POLLING_LOOPS, false),
            new BlockingPeer(),
            new NettyPeer("netty", false),
            new NettyPeer("netty-tls", true),
            new RSocketPeer(),
            new GrpcPeer("grpc-unary", false, false, true),
            new GrpcPeer("grpc-unary-default", false, false, false),
            new GrpcPeer("grpc-unary-tls", false, true, true),
            new GrpcPeer("grpc-unary-tls-default", false, true, false),
            new GrpcPeer("grpc-bidi", true, false, true),
            new GrpcPeer("grpc-bidi-default", true, false, false),
            new GrpcPeer("grpc-bidi-tls", true, true, true),
            new GrpcPeer("grpc-bidi-tls-default", true, true, false));

    private Peers() {}

    /** In the order of the tables. */
    public static List<Peer> all() {
        return ALL;
    }

    /** @throws IllegalArgumentException when there is no such peer */
    public static Peer named(String name) {
        return ALL.stream()
                .filter(peer -> peer.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no peer is called " + name));
    }
}
