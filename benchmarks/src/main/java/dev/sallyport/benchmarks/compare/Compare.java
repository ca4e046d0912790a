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
import java.util.stream.IntStream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * Runs the comparison: for each shape, every peer has new processes, which live through all its rounds; each round visits
 * every peer, beginning with another one each time, so that what disturbs the machine disturbs all alike.
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
            defaultValue = "2000")
    private long warmupMillis;

    @Option(names = "--out", description = "The JSON file to write.", required = true)
    private Path out = Path.of("compare.json");

    public static void main(String[] args) {
        System.exit(new CommandLine(new Compare()).execute(args));
    }

    @Override
    public Integer call() throws IOException {
        List<Results.Row> rows = new ArrayList<>();
        for (Shape shape :
                Shape.all().stream().filter(matches(shapes, Shape::name)).toList()) {
            rows.addAll(measure(shape));
        }
        write(rows);
        return 0;
    }

    private static <T> Predicate<T> matches(Pattern pattern, Function<T, String> name) {
        return value -> pattern.matcher(name.apply(value)).matches();
    }

    /** New processes for each shape: what the JIT learnt from another one speeds up some peers and slows down others. */
    private List<Results.Row> measure(Shape shape) throws IOException {
        List<Contestant> contestants = new ArrayList<>();
        try {
            for (Peer peer :
                    Peers.all().stream().filter(matches(peers, Peer::name)).toList()) {
                Contestant contestant = Contestant.start(peer.name());
                contestants.add(contestant);
                contestant.run(shape, Duration.ofMillis(warmupMillis));
            }
            return interleaved(contestants, shape);
        } finally {
            for (Contestant contestant : contestants) {
                contestant.dismiss();
            }
            for (Contestant contestant : contestants) {
                contestant.close();
            }
        }
    }

    private List<Results.Row> interleaved(List<Contestant> contestants, Shape shape) throws IOException {
        List<Results.Row> rows = contestants.stream()
                .map(contestant -> new Results.Row(contestant.peer(), shape.name(), new ArrayList<>()))
                .toList();
        List<Integer> order =
                new ArrayList<>(IntStream.range(0, contestants.size()).boxed().toList());
        for (int round = 0; round < rounds; round++) {
            for (int each : order) {
                Round measured = contestants.get(each).run(shape, Duration.ofMillis(millis));
                rows.get(each).rounds().add(measured);
                show(round, contestants.get(each).peer(), shape, measured);
            }
            Collections.rotate(order, 1);
        }
        return rows;
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
