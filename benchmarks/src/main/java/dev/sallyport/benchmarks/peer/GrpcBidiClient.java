package dev.sallyport.benchmarks.peer;

import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Queue;

/** All echoes over one stream; replies come in order. A large payload goes in messages of 64 KiB. */
final class GrpcBidiClient implements Peer.Client, StreamObserver<byte[]> {

    private static final int PIECE_BYTES = 64 * 1024;

    private final ManagedChannel channel;
    private final Object lock = new Object();
    private final Queue<Part> waiting = new ArrayDeque<>();
    private final StreamObserver<byte[]> requests;

    GrpcBidiClient(ManagedChannel channel) {
        this.channel = channel;
        this.requests = ClientCalls.asyncBidiStreamingCall(channel.newCall(GrpcPeer.BIDI, CallOptions.DEFAULT), this);
    }

    private record Part(Peer.Completion completion, boolean last) {}

    @Override
    public void echo(byte[] payload, Peer.Completion completion) {
        send(payload, new Part(completion, true));
    }

    @Override
    public void stream(byte[] payload, Peer.Completion completion) {
        for (int from = 0; from < payload.length; from += PIECE_BYTES) {
            int to = Math.min(payload.length, from + PIECE_BYTES);
            send(Arrays.copyOfRange(payload, from, to), new Part(completion, to == payload.length));
        }
    }

    /** A stream observer takes one caller at a time, and the queue must have the order of the wire. */
    private void send(byte[] message, Part part) {
        synchronized (lock) {
            waiting.add(part);
            requests.onNext(message);
        }
    }

    @Override
    public void onNext(byte[] message) {
        Part part;
        synchronized (lock) {
            part = waiting.remove();
        }
        part.completion().received(ByteBuffer.wrap(message), part.last());
    }

    @Override
    public void onError(Throwable cause) {
        synchronized (lock) {
            waiting.forEach(part -> part.completion().failed(cause));
            waiting.clear();
        }
    }

    @Override
    public void onCompleted() {
        onError(Status.UNAVAILABLE
                .withDescription("the server ended the stream")
                .asException());
    }

    @Override
    public void close() {
        channel.shutdownNow();
    }
}
