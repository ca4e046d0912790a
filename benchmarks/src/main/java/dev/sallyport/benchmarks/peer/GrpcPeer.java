package dev.sallyport.benchmarks.peer;

import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/**
 * grpc-java over Netty: unary calls, or one bidirectional stream that lives as long as the connection. No deadline and no
 * interceptor, which leaves gRPC less to do than our calls.
 *
 * @param direct handlers and callbacks on the event loop ({@code directExecutor}), otherwise on the default executor
 */
record GrpcPeer(String name, boolean bidi, boolean tls, boolean direct) implements Peer {

    static final MethodDescriptor<byte[], byte[]> UNARY = method(MethodDescriptor.MethodType.UNARY, "Unary");
    static final MethodDescriptor<byte[], byte[]> BIDI = method(MethodDescriptor.MethodType.BIDI_STREAMING, "Bidi");

    private static MethodDescriptor<byte[], byte[]> method(MethodDescriptor.MethodType type, String name) {
        return MethodDescriptor.<byte[], byte[]>newBuilder(BytesMarshaller.INSTANCE, BytesMarshaller.INSTANCE)
                .setType(type)
                .setFullMethodName(MethodDescriptor.generateFullMethodName("benchmark.Echo", name))
                .build();
    }

    @Override
    public Peer.Server serve() throws Exception {
        NettyServerBuilder builder = NettyServerBuilder.forAddress(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .addService(ServerServiceDefinition.builder("benchmark.Echo")
                        .addMethod(UNARY, ServerCalls.asyncUnaryCall(GrpcPeer::unary))
                        .addMethod(BIDI, ServerCalls.asyncBidiStreamingCall(Echo::new))
                        .build());
        String trust = "";
        if (tls) {
            Identity identity = Identity.create();
            builder.sslContext(GrpcSslContexts.configure(identity.server()).build());
            trust = " " + identity.trustFile();
        }
        if (direct) {
            builder.directExecutor();
        }
        io.grpc.Server server = builder.build().start();
        return new Listening(server.getPort() + trust, server);
    }

    private static void unary(byte[] request, StreamObserver<byte[]> reply) {
        reply.onNext(request);
        reply.onCompleted();
    }

    @Override
    public Peer.Client connect(String address) throws Exception {
        String[] parts = address.split(" ", 2);
        NettyChannelBuilder builder = NettyChannelBuilder.forAddress(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(parts[0])));
        if (tls) {
            builder.sslContext(
                            GrpcSslContexts.configure(Identity.client(parts[1])).build())
                    .overrideAuthority("127.0.0.1");
        } else {
            builder.usePlaintext();
        }
        if (direct) {
            builder.directExecutor();
        }
        ManagedChannel channel = builder.build();
        return bidi ? new GrpcBidiClient(channel) : new GrpcUnaryClient(channel);
    }

    private record Listening(String address, io.grpc.Server server) implements Peer.Server {
        @Override
        public void close() {
            server.shutdownNow();
        }
    }

    /** Sends each message of a stream back. */
    private record Echo(StreamObserver<byte[]> reply) implements StreamObserver<byte[]> {
        @Override
        public void onNext(byte[] message) {
            reply.onNext(message);
        }

        @Override
        public void onError(Throwable cause) {}

        @Override
        public void onCompleted() {
            reply.onCompleted();
        }
    }
}
