package dev.sallyport.benchmarks.peer;

import dev.sallyport.transport.CallStream;
import dev.sallyport.transport.MethodDescriptor;
import dev.sallyport.transport.PeerSpec;
import dev.sallyport.transport.Routes;
import dev.sallyport.transport.Transport;
import dev.sallyport.transport.TransportConfig;
import dev.sallyport.transport.TransportServer;
import dev.sallyport.transport.loopback.LoopbackTransport;
import dev.sallyport.transport.loopback.UnsignedTransport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Ours: unary calls, each with a deadline, authenticated with a credential file. A large payload goes as a stream of items of 64 KiB.
 *
 * @param signed whether frames are signed, as they always are in the product
 */
record SallyportPeer(String name, Threads threads, boolean signed) implements Peer {

    /** Where handlers and callbacks run. */
    enum Threads {
        /** On threads of their own, which is the default. */
        POOLS,
        /** On the event loop, for handlers that never block. */
        LOOPS,
        /** On an event loop that looks for bytes before it blocks (docs/adr/0087). */
        POLLING_LOOPS
    }

    private static final Duration BUSY_POLL = Duration.ofNanos(100_000);

    static final MethodDescriptor<byte[], byte[]> ECHO = MethodDescriptor.ofBytes("benchmark/echo");

    static final MethodDescriptor<byte[], byte[]> STREAM =
            MethodDescriptor.ofBytes("benchmark/stream").shaped(MethodDescriptor.Shape.BIDIRECTIONAL);

    private Transport transport() {
        TransportConfig config = TransportConfig.builder()
                .directCallbacks(threads != Threads.POOLS)
                .busyPoll(threads == Threads.POLLING_LOOPS ? BUSY_POLL : Duration.ZERO)
                .build();
        return signed ? LoopbackTransport.create(config) : UnsignedTransport.create(config);
    }

    @Override
    public Server serve() throws IOException {
        Routes.Builder routes = Routes.builder().onStream(STREAM, (call, stream) -> echoItems(stream));
        Routes echo = threads == Threads.POOLS
                ? routes.on(ECHO, (call, request) -> request).build()
                : routes.onEventLoop(ECHO, (call, request) -> request).build();
        Transport transport = transport();
        TransportServer server = transport.bind(echo);
        Path folder = Files.createTempDirectory("sallyport-benchmark");
        Path file = folder.resolve("credential");
        server.issue(PeerSpec.of("benchmark", "client").mayCall(ECHO, STREAM)).saveTo(file);
        return new Listening(transport, file);
    }

    private static void echoItems(CallStream<byte[], byte[]> stream) throws InterruptedException {
        for (byte[] item = stream.receive(); item != null; item = stream.receive()) {
            stream.send(item);
        }
    }

    @Override
    public Client connect(String address) {
        Transport transport = transport();
        return new SallyportClient(transport, transport.connect(Path.of(address), Routes.none()));
    }

    private record Listening(Transport transport, Path credentialFile) implements Server {
        @Override
        public String address() {
            return credentialFile.toString();
        }

        @Override
        public void close() throws IOException {
            transport.close();
            Files.deleteIfExists(credentialFile);
            Files.deleteIfExists(credentialFile.toAbsolutePath().getParent());
        }
    }
}
