package dev.sallyport.benchmarks.compare;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.json.JsonMapper;

/** One peer's two processes, which live through all rounds so that every round measures warm code. */
final class Contestant implements AutoCloseable {

    private static final long EXIT_SECONDS = 10;

    private final String peer;
    private final Process client;
    private final BufferedWriter orders;
    private final BufferedReader rounds;

    private Contestant(String peer, Process client) {
        this.peer = peer;
        this.client = client;
        this.orders = client.outputWriter(StandardCharsets.UTF_8);
        this.rounds = client.inputReader(StandardCharsets.UTF_8);
    }

    static Contestant start(String peer) throws IOException {
        return new Contestant(peer, Jvm.start(ClientProcess.class, peer));
    }

    String peer() {
        return peer;
    }

    Round run(Shape shape, Duration duration) throws IOException {
        orders.write(shape.name() + " " + duration.toMillis() + "\n");
        orders.flush();
        String line = rounds.readLine();
        if (line == null) {
            throw new IOException(peer + " ended in " + shape.name() + ": its standard error says why");
        }
        return JsonMapper.shared().readValue(line, Round.class);
    }

    /** Lets the processes end, without waiting for them. */
    void dismiss() throws IOException {
        orders.close();
    }

    @Override
    public void close() throws IOException {
        dismiss();
        client.onExit()
                .completeOnTimeout(client, EXIT_SECONDS, TimeUnit.SECONDS)
                .join();
        client.descendants().forEach(ProcessHandle::destroyForcibly);
        client.destroyForcibly();
    }
}
