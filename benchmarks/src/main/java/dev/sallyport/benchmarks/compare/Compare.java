package dev.sallyport.benchmarks.compare;

import dev.sallyport.benchmarks.peer.Peer;
import dev.sallyport.benchmarks.peer.Peers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * Runs the comparison. Every peer's processes live from begin to end: new ones for each shape would be measured while the compilers of
 * all of them still work. Each round visits every shape and, within it, every peer, beginning with another peer each time, so that
 * what disturbs the machine disturbs all alike.
 */
@Command(name = "compare", description = "Compares peers over two processes.", mixinStandardHelpOptions = true)
public final class Compare implements Callable<Integer> {

    @Option(names = "--peers", description = "A pattern that a peer's name must match.", defaultValue = ".*")
    private Pattern peers = Pattern.compile(".*");

    @Option(names = "--shapes", description = "A pattern that a shape's name must match.", defaultValue = ".*")
    private Pattern shapes = Pattern.compile(".*");

    @Option(names = "--rounds", description = "Measured rounds (default ${DEFAULT-VALUE}).", defaultValue = "4")
    private int rounds;

    @Option(names = "--millis", description = "Length of a round (default ${DEFAULT-VALUE}).", defaultValue = "800")
    private long millis;

    @Option(
            names = "--warmup-millis",
            description = "Warm-up of each peer and shape (default ${DEFAULT-VALUE}).",
            defaultValue = "1500")
    private long warmupMillis;

    @Option(names = "--out", description = "The JSON file to write.", required = true)
    private Path out = Path.of("compare.json");

    public static void main(String[] args) {
        System.exit(new CommandLine(new Compare()).execute(args));
    }

    @Override
    public Integer call() throws IOException {
        List<Shape> chosen =
                Shape.all().stream().filter(matches(shapes, Shape::name)).toList();
        List<Contestant> contestants = new ArrayList<>();
        try {
            for (Peer peer :
                    Peers.all().stream().filter(matches(peers, Peer::name)).toList()) {
                contestants.add(Contestant.start(peer.name()));
            }
            write(measure(contestants, chosen));
        } finally {
            for (Contestant contestant : contestants) {
                contestant.dismiss();
            }
            for (Contestant contestant : contestants) {
                contestant.close();
            }
        }
        return 0;
    }

    private static <T> Predicate<T> matches(Pattern pattern, Function<T, String> name) {
        return value -> pattern.matcher(name.apply(value)).matches();
    }

    private List<Results.Row> measure(List<Contestant> contestants, List<Shape> chosen) throws IOException {
        List<Results.Row> rows = new ArrayList<>();
        for (Shape shape : chosen) {
            for (Contestant contestant : contestants) {
                contestant.run(shape, Duration.ofMillis(warmupMillis));
                rows.add(new Results.Row(contestant.peer(), shape.name(), new ArrayList<>()));
            }
        }
        List<Contestant> order = new ArrayList<>(contestants);
        for (int round = 0; round < rounds; round++) {
            for (Shape shape : chosen) {
                for (Contestant contestant : order) {
                    Round measured = contestant.run(shape, Duration.ofMillis(millis));
                    row(rows, contestant.peer(), shape.name()).rounds().add(measured);
                    show(round, contestant.peer(), shape, measured);
                }
                Collections.rotate(order, 1);
            }
        }
        return rows;
    }

    private static Results.Row row(List<Results.Row> rows, String peer, String shape) {
        return rows.stream()
                .filter(row -> row.peer().equals(peer) && row.shape().equals(shape))
                .findFirst()
                .orElseThrow();
    }

    private static void show(int round, String peer, Shape shape, Round measured) {
        System.out.printf(
                "%2d %-12s %-24s %10.0f/s  p50 %9.1f us  p99 %9.1f us  cpu %7.1f + %7.1f us%n",
                round + 1,
                shape.name(),
                peer,
                measured.callsPerSecond(),
                measured.p50Micros(),
                measured.p99Micros(),
                measured.clientCpuMicros(),
                measured.serverCpuMicros());
    }

    private void write(List<Results.Row> rows) throws IOException {
        String finished = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
        Results results = new Results(Machine.here(), finished, Jvm.FLAGS, millis, rows);
        Files.createDirectories(out.toAbsolutePath().getParent());
        JsonMapper json =
                JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
        Files.write(out, json.writeValueAsBytes(results));
    }
}
