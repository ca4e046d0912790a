package dev.sallyport.benchmarks.peer;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * One thread that writes what waits, then reads what came. So that neither end blocks in a write while the other does, no more
 * than {@link #WINDOW_BYTES} travel before it reads; a larger frame travels alone.
 */
final class BlockingClient implements Peer.Client {

    private static final int WINDOW_BYTES = 128 * 1024;

    private final SocketChannel channel;
    private final LinkedBlockingQueue<Call> submitted = new LinkedBlockingQueue<>();
    private final Queue<Call> written = new ArrayDeque<>();
    private final ByteBuffer out = ByteBuffer.allocateDirect(BlockingPeer.BUFFER_BYTES);
    private final ByteBuffer in = ByteBuffer.allocateDirect(BlockingPeer.BUFFER_BYTES);
    private int travelling;

    private BlockingClient(SocketChannel channel) {
        this.channel = channel;
    }

    static BlockingClient start(SocketChannel channel) {
        BlockingClient client = new BlockingClient(channel);
        Thread thread = new Thread(client::loop, "blocking-client");
        thread.setDaemon(true);
        thread.start();
        return client;
    }

    private static final class Call {
        private final byte[] payload;
        private final Peer.Completion completion;

        private Call(byte[] payload, Peer.Completion completion) {
            this.payload = payload;
            this.completion = completion;
        }

        private int frameBytes() {
            return Integer.BYTES + payload.length;
        }
    }

    @Override
    public void echo(byte[] payload, Peer.Completion completion) {
        submitted.add(new Call(payload, completion));
    }

    private void loop() {
        try {
            while (true) {
                if (written.isEmpty()) {
                    put(submitted.take());
                }
                write();
                read();
            }
        } catch (IOException | InterruptedException e) {
            written.forEach(call -> call.completion.failed(e));
            submitted.forEach(call -> call.completion.failed(e));
        }
    }

    private void put(Call call) {
        out.putInt(call.payload.length).put(call.payload);
        written.add(call);
        travelling += call.frameBytes();
    }

    private void write() throws IOException {
        for (Call next = nextWithinWindow(); next != null; next = nextWithinWindow()) {
            put(next);
        }
        out.flip();
        while (out.hasRemaining()) {
            channel.write(out);
        }
        out.clear();
    }

    private @Nullable Call nextWithinWindow() {
        Call next = submitted.peek();
        boolean fits = next != null && travelling + next.frameBytes() <= WINDOW_BYTES;
        return fits ? submitted.poll() : null;
    }

    private void read() throws IOException {
        if (channel.read(in) < 0) {
            throw new IOException("the server closed the connection");
        }
        in.flip();
        while (in.remaining() >= Integer.BYTES && in.remaining() >= Integer.BYTES + in.getInt(in.position())) {
            int length = in.getInt();
            Call call = written.remove();
            travelling -= call.frameBytes();
            call.completion.received(in.slice(in.position(), length), true);
            in.position(in.position() + length);
        }
        BlockingPeer.makeRoom(in);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
