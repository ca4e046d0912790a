package dev.sallyport.benchmarks.peer;

import dev.sallyport.transport.CallException;
import dev.sallyport.transport.CallStream;
import dev.sallyport.transport.Connection;
import dev.sallyport.transport.Deadline;
import dev.sallyport.transport.Transport;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** The calling side of {@link SallyportPeer}. Streams block, so each transfer has a thread while it lasts. */
final class SallyportClient implements Peer.Client {

    private static final int PIECE_BYTES = 64 * 1024;
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final Transport transport;
    private final Connection connection;
    private final ExecutorService transfers = Executors.newCachedThreadPool();

    SallyportClient(Transport transport, Connection connection) {
        this.transport = transport;
        this.connection = connection;
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // the completion is told of everything
    public void echo(byte[] payload, Peer.Completion completion) {
        connection.call(SallyportPeer.ECHO, payload, Deadline.after(TIMEOUT)).whenComplete((reply, failure) -> {
            if (failure != null) {
                completion.failed(failure);
            } else {
                completion.received(ByteBuffer.wrap(reply), true);
            }
        });
    }

    @Override
    public void stream(byte[] payload, Peer.Completion completion) {
        transfers.execute(() -> transfer(payload, completion));
    }

    /** The window takes all pieces of 1 MiB, so that one thread may send them all and then receive. */
    private void transfer(byte[] payload, Peer.Completion completion) {
        try (CallStream<byte[], byte[]> stream = connection.open(SallyportPeer.STREAM, Deadline.after(TIMEOUT))) {
            for (int from = 0; from < payload.length; from += PIECE_BYTES) {
                stream.send(Arrays.copyOfRange(payload, from, Math.min(payload.length, from + PIECE_BYTES)));
            }
            stream.finish();
            int left = payload.length;
            for (byte[] item = stream.receive(); item != null; item = stream.receive()) {
                left -= item.length;
                completion.received(ByteBuffer.wrap(item), left == 0);
            }
            if (left > 0) {
                completion.failed(new IllegalStateException("the stream ended early"));
            }
        } catch (CallException | InterruptedException e) {
            completion.failed(e);
        }
    }

    @Override
    public void close() {
        transfers.shutdownNow();
        transport.close();
    }
}
