package dev.sallyport.benchmarks.peer;

import dev.sallyport.transport.Connection;
import dev.sallyport.transport.Deadline;
import dev.sallyport.transport.Transport;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** The calling side of {@link SallyportPeer}. */
record SallyportClient(Transport transport, Connection connection) implements Peer.Client {

    private static final int PIECE_BYTES = 64 * 1024;
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private CompletableFuture<byte[]> call(byte[] payload) {
        return connection.call(SallyportPeer.ECHO, payload, Deadline.after(TIMEOUT));
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // the completion is told of everything
    public void echo(byte[] payload, Peer.Completion completion) {
        call(payload).whenComplete((reply, failure) -> {
            if (failure != null) {
                completion.failed(failure);
            } else {
                completion.received(ByteBuffer.wrap(reply), true);
            }
        });
    }

    /** All pieces at once; the replies are handed over in order when all are there. */
    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // the completion is told of everything
    public void stream(byte[] payload, Peer.Completion completion) {
        List<CompletableFuture<byte[]>> replies = new ArrayList<>();
        for (int from = 0; from < payload.length; from += PIECE_BYTES) {
            replies.add(call(Arrays.copyOfRange(payload, from, Math.min(payload.length, from + PIECE_BYTES))));
        }
        CompletableFuture.allOf(replies.toArray(CompletableFuture[]::new)).whenComplete((all, failure) -> {
            if (failure != null) {
                completion.failed(failure);
            } else {
                for (int i = 0; i < replies.size(); i++) {
                    completion.received(ByteBuffer.wrap(replies.get(i).join()), i == replies.size() - 1);
                }
            }
        });
    }

    @Override
    public void close() {
        transport.close();
    }
}
