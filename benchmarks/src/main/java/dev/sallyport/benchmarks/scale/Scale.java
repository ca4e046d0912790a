package dev.sallyport.benchmarks.scale;

import dev.sallyport.transport.Connection;
import dev.sallyport.transport.Deadline;
import dev.sallyport.transport.MethodDescriptor;
import dev.sallyport.transport.PeerId;
import dev.sallyport.transport.Routes;
import dev.sallyport.transport.Transport;
import dev.sallyport.transport.TransportConfig;
import dev.sallyport.transport.TransportServer;
import dev.sallyport.transport.loopback.LoopbackTransport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * Sessions and workers in growing numbers: what an idle session costs the server, how fast peers authenticate, and what calls
 * across several workers add up to. The server is in this JVM, the peers in others.
 */
@Command(name = "scale", description = "Measures how cost grows.", mixinStandardHelpOptions = true)
public final class Scale implements Callable<Integer> {

    static final MethodDescriptor<byte[], byte[]> ECHO = MethodDescriptor.ofBytes("benchmark/echo");

    private static final int OUTSTANDING = 64;

    /** So many rounds in a row that are no faster than the best by {@link #FASTER}: the compilers are done. */
    private static final int SETTLED_ROUNDS = 3;

    private static final double FASTER = 1.05;
    private static final int PAYLOAD_BYTES = 1024;
    private static final String GROUP = "scale";

    @Option(names = "--quick", description = "Fewer sessions and workers, shorter rounds.")
    private boolean quick;

    @Option(names = "--out", description = "The JSON file to write.", required = true)
    private Path out = Path.of("scale.json");

    private final List<Figure> figures = new ArrayList<>();

    public static void main(String[] args) {
        System.exit(new CommandLine(new Scale()).execute(args));
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        sessions(quick ? List.of(50, 100, 200) : List.of(100, 250, 500, 1000));
        workers(quick ? List.of(1, 2) : List.of(1, 2, 4, 8), quick ? 300 : 1_000, quick ? 4 : 20);
        Files.createDirectories(out.toAbsolutePath().getParent());
        JsonMapper json =
                JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
        Files.write(out, json.writeValueAsBytes(figures));
        return 0;
    }

    private static Transport transport() {
        return LoopbackTransport.create(TransportConfig.builder()
                .directCallbacks(true)
                .expectedPeers(1_000)
                .maxSessions(4_096)
                .build());
    }

    /** Each peer has two sessions, one a lane. */
    private void sessions(List<Integer> peerCounts) throws IOException {
        try (Transport transport = transport();
                TransportServer server = transport.bind(Routes.none());
                RemotePeers peers = new RemotePeers(server)) {
            peers.connect(new PeerId(GROUP, "warm-up", 1));
            Memory before = Memory.settled();
            int connected = 0;
            for (int count : peerCounts) {
                int from = connected;
                long start = System.nanoTime();
                for (; connected < count; connected++) {
                    peers.connect(new PeerId(GROUP, "peer-" + connected, 1));
                }
                double seconds = (System.nanoTime() - start) / 1e9;
                Memory after = Memory.settled();
                int sessions = 2 * count;
                figure("handshakes, one after another", sessions, 2 * (count - from) / seconds, "1/s");
                figure("idle session: heap", sessions, after.heapSince(before) / sessions, "B");
                figure("idle session: direct memory", sessions, after.directSince(before) / sessions, "B");
            }
        }
    }

    private void workers(List<Integer> workerCounts, long millis, int rounds) throws IOException, InterruptedException {
        List<RemotePeers> processes = new ArrayList<>();
        try (Transport transport = transport();
                TransportServer server = transport.bind(Routes.none())) {
            List<Connection> connections = new ArrayList<>();
            for (int count : workerCounts) {
                while (processes.size() < count) {
                    PeerId worker = new PeerId(GROUP, "worker-" + processes.size(), 1);
                    RemotePeers process = new RemotePeers(server);
                    processes.add(process);
                    connections.add(process.connect(worker));
                }
                figure(
                        "calls of 1 KiB, 64 outstanding in all",
                        count,
                        settled(connections, OUTSTANDING, millis, rounds),
                        "1/s");
                figure(
                        "calls of 1 KiB, 64 outstanding for each worker",
                        count,
                        settled(connections, OUTSTANDING * count, millis, rounds),
                        "1/s");
            }
        } finally {
            for (RemotePeers process : processes) {
                process.close();
            }
        }
    }

    /** The median of the rounds that are no faster any more: each worker is a JVM that compiles while it is called. */
    private static double settled(List<Connection> connections, int outstanding, long millis, int most)
            throws InterruptedException {
        List<Double> rounds = new ArrayList<>();
        double best = 0;
        int noFaster = 0;
        while (noFaster < SETTLED_ROUNDS && rounds.size() < most) {
            double rate = calls(connections, outstanding, millis);
            noFaster = rate > FASTER * best ? 0 : noFaster + 1;
            best = Math.max(best, rate);
            rounds.add(rate);
        }
        List<Double> last = rounds.subList(Math.max(0, rounds.size() - SETTLED_ROUNDS), rounds.size()).stream()
                .sorted()
                .toList();
        return last.get(last.size() / 2);
    }

    /** Calls for some time and says how many ended in a second. */
    private static double calls(List<Connection> connections, int outstanding, long millis)
            throws InterruptedException {
        long start = System.nanoTime();
        Fan fan = new Fan(
                new byte[PAYLOAD_BYTES], start + Duration.ofMillis(millis).toNanos());
        for (int i = 0; i < outstanding; i++) {
            fan.call(connections.get(i % connections.size()));
        }
        long calls = fan.await(outstanding);
        return calls / ((System.nanoTime() - start) / 1e9);
    }

    static Deadline deadline() {
        return Deadline.after(Duration.ofSeconds(30));
    }

    private void figure(String what, long at, double value, String unit) {
        figures.add(new Figure(what, at, value, unit));
        System.out.printf("%-40s %6d %12.1f %s%n", what, at, value, unit);
    }
}
