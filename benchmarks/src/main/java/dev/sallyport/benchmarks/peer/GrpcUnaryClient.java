package dev.sallyport.benchmarks.peer;

import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.nio.ByteBuffer;

/** One unary call for each echo, without a generated stub. */
record GrpcUnaryClient(ManagedChannel channel) implements Peer.Client {

    @Override
    public void echo(byte[] payload, Peer.Completion completion) {
        ClientCalls.asyncUnaryCall(
                channel.newCall(GrpcPeer.UNARY, CallOptions.DEFAULT), payload, new Reply(completion));
    }

    @Override
    public void close() {
        channel.shutdownNow();
    }

    /** The echo is complete when the call is, and not before: its status decides. */
    private static final class Reply implements StreamObserver<byte[]> {
        private final Peer.Completion completion;
        private byte[] message = new byte[0];

        private Reply(Peer.Completion completion) {
            this.completion = completion;
        }

        @Override
        public void onNext(byte[] value) {
            message = value;
        }

        @Override
        public void onError(Throwable cause) {
            completion.failed(cause);
        }

        @Override
        public void onCompleted() {
            completion.received(ByteBuffer.wrap(message), true);
        }
    }
}
