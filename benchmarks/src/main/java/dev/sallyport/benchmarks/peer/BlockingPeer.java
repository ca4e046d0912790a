package dev.sallyport.benchmarks.peer;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/**
 * The floor: blocking socket channels, one thread at each end, frames written and read as many at a time as there are. Near to
 * what the kernel allows from Java.
 */
final class BlockingPeer implements Peer {

    /** Holds the largest frame of any shape. */
    static final int BUFFER_BYTES = 2 * 1024 * 1024;

    @Override
    public String name() {
        return "blocking";
    }

    @Override
    public Server serve() throws IOException {
        ServerSocketChannel listener =
                ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        Thread thread = new Thread(() -> acceptAndEcho(listener), "blocking-server");
        thread.setDaemon(true);
        thread.start();
        int port = ((InetSocketAddress) listener.getLocalAddress()).getPort();
        return new Listening("" + port, listener);
    }

    private static void acceptAndEcho(ServerSocketChannel listener) {
        try (SocketChannel channel = listener.accept()) {
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
            while (channel.read(buffer) >= 0) {
                echoWholeFrames(channel, buffer.flip());
                makeRoom(buffer);
            }
        } catch (IOException e) {
            // the client went away or the server was closed: there is nobody to tell
        }
    }

    private static void echoWholeFrames(SocketChannel channel, ByteBuffer buffer) throws IOException {
        int end = buffer.limit();
        int whole = buffer.position();
        while (end - whole >= Integer.BYTES && end - whole >= Integer.BYTES + buffer.getInt(whole)) {
            whole += Integer.BYTES + buffer.getInt(whole);
        }
        buffer.limit(whole);
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
        buffer.limit(end);
    }

    /** Compacts what is left of a buffer that was read, without moving bytes that already stand at its start. */
    static void makeRoom(ByteBuffer buffer) {
        if (buffer.position() == 0) {
            buffer.position(buffer.limit()).limit(buffer.capacity());
        } else {
            buffer.compact();
        }
    }

    @Override
    public Client connect(String address) throws IOException {
        SocketChannel channel =
                SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(address)));
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        return BlockingClient.start(channel);
    }

    private record Listening(String address, ServerSocketChannel listener) implements Server {
        @Override
        public void close() throws IOException {
            listener.close();
        }
    }
}
