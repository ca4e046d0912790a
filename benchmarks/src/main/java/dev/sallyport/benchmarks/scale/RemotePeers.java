package dev.sallyport.benchmarks.scale;

import dev.sallyport.benchmarks.compare.Jvm;
import dev.sallyport.transport.Connection;
import dev.sallyport.transport.Credential;
import dev.sallyport.transport.PeerId;
import dev.sallyport.transport.PeerSpec;
import dev.sallyport.transport.TransportServer;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** A child JVM of peers, connected one by one. */
final class RemotePeers implements AutoCloseable {

    private static final long WAIT_SECONDS = 10;

    private final TransportServer server;
    private final Path folder;
    private final Process process;
    private final BufferedWriter orders;
    private final BufferedReader answers;

    RemotePeers(TransportServer server) throws IOException {
        this.server = server;
        this.folder = Files.createTempDirectory("sallyport-benchmark");
        this.process = Jvm.start(PeersProcess.class);
        this.orders = process.outputWriter(StandardCharsets.UTF_8);
        this.answers = process.inputReader(StandardCharsets.UTF_8);
    }

    /** Issues the credential of a new peer and waits until both sides take it for connected. */
    Connection connect(PeerId peer) throws IOException {
        Path file = folder.resolve(peer.worker());
        try (Credential credential = server.issue(PeerSpec.of(peer.group(), peer.worker()))) {
            credential.saveTo(file);
        }
        orders.write(file + "\n");
        orders.flush();
        if (answers.readLine() == null) {
            throw new IOException("the process of the peers ended: its standard error says why");
        }
        Files.delete(file);
        return awaitOpen(server.connection(peer));
    }

    /** The peer has said that it is ready; the server is about to read that. */
    private static Connection awaitOpen(Connection connection) throws IOException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(WAIT_SECONDS);
        while (!connection.isOpen()) {
            if (System.nanoTime() - end > 0) {
                throw new IOException(connection.peer() + " did not become ready");
            }
            Thread.onSpinWait();
        }
        return connection;
    }

    @Override
    public void close() throws IOException {
        orders.close();
        process.onExit()
                .completeOnTimeout(process, WAIT_SECONDS, TimeUnit.SECONDS)
                .join();
        process.destroyForcibly();
        Files.deleteIfExists(folder);
    }
}
