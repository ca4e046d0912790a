package dev.sallyport.supervisor.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import dev.sallyport.supervisor.worker.TestRoot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/**
 * Starts and stops of supervisors with real workers, each with one random fault. {@code mvn -Psoak -pl supervisor -am test}; {@code -Dsoak.cycles=1000},
 * {@code -Dsoak.minutes=60} ends it earlier, {@code -Dsoak.seed=...} repeats the choices of a run, {@code -Dsoak.parallel=2}. Whoever
 * looks at the run with {@code jstack} or {@code jcmd} opens a {@code socket unix} in its JVM for good, and the run says so.
 */
@Tag("soak")
@EnabledOnOs(OS.LINUX)
class StartStopSoakTest {

    private static final long SEED = Long.getLong("soak.seed", System.nanoTime());
    private static final int CYCLES = Integer.getInteger("soak.cycles", 1_000);
    private static final int PARALLEL = Integer.getInteger("soak.parallel", 2);
    private static final long MINUTES = Long.getLong("soak.minutes", 60);
    private static final int WARM_UP = 4;

    @TempDir
    static Path folder;

    private static Path root;

    private final List<Cycle.Figures> figures = Collections.synchronizedList(new ArrayList<>());

    @BeforeAll
    static void compileRoot() throws IOException {
        ((Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME)).setLevel(Level.ERROR);
        Files.createDirectory(folder.resolve("tmp"));
        root = TestRoot.jar(folder, "soak", """
                @Singleton class Soak implements Worker {
                  public Routes routes() {
                    return Routes.builder().on(MethodDescriptor.ofBytes("soak/work"), this::work).build();
                  }
                  private byte[] work(CallContext call, byte[] in) {
                    java.util.concurrent.locks.LockSupport.parkNanos(1_000_000L * (in[0] % 8) * 20);
                    return in;
                  }
                }
                """);
    }

    @Test
    void everyCycleEndsAndNothingIsLeft() throws Exception {
        System.out.printf("soak: seed %d, %d cycles, %d at once%n", SEED, CYCLES, PARALLEL);
        for (int i = 0; i < WARM_UP; i++) {
            new Cycle(root, Fault.NONE, 2, 0).run();
        }
        Descriptors descriptors = Descriptors.open();
        List<String> threads = threads();
        long began = System.nanoTime();

        runAll(began + TimeUnit.MINUTES.toNanos(MINUTES));

        print(TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - began));
        await().untilAsserted(() -> {
            assertThat(workersAlive()).as("orphans").isEmpty();
            assertThat(ProcessHandle.current().children()).as("children").isEmpty();
            assertThat(threads()).as("threads").hasSizeLessThanOrEqualTo(threads.size());
            assertThat(Descriptors.open().since(descriptors)).as("descriptors").isEmpty();
            assertThat(temporaryFiles()).as("temporary files").isEmpty();
        });
        System.out.printf(
                "orphans 0, children 0, descriptors %d -> %d, threads %d -> %d, temporary files 0%n",
                descriptors.count(),
                Descriptors.open().count(),
                threads.size(),
                threads().size());
    }

    private void runAll(long end) throws Exception {
        SplittableRandom random = new SplittableRandom(SEED);
        ExecutorService executor = Executors.newFixedThreadPool(PARALLEL);
        try {
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < CYCLES; i++) {
                int number = i;
                Fault fault = Fault.draw(random);
                int workers = 1 + random.nextInt(2);
                long delay = random.nextLong(120);
                running.add(executor.submit(() -> {
                    if (System.nanoTime() - end < 0) {
                        run(number, new Cycle(root, fault, workers, delay), fault);
                    }
                }));
            }
            for (Future<?> cycle : running) {
                cycle.get();
            }
        } finally {
            executor.shutdownNow();
        }
    }

    private void run(int number, Cycle cycle, Fault fault) {
        try {
            figures.add(cycle.run());
        } catch (AssertionError | RuntimeException e) {
            throw new AssertionError(
                    "cycle " + number + " of seed " + SEED + ", " + fault + ":\n" + String.join("\n", cycle.told()), e);
        }
    }

    private void print(long seconds) {
        System.out.printf("%d cycles in %d s, seed %d%n", figures.size(), seconds, SEED);
        System.out.printf(
                "%-34s %6s %7s %7s %22s %22s%n",
                "fault", "cycles", "started", "forced", "start ms p50/max", "stop ms p50/max");
        Map<String, List<Cycle.Figures>> byFault = figures.stream()
                .collect(Collectors.groupingBy(
                        one -> one.fault().kind() == Fault.Kind.NONE
                                ? "NONE"
                                : one.fault().kind() + " at " + one.fault().moment(),
                        TreeMap::new,
                        Collectors.toList()));
        byFault.forEach(StartStopSoakTest::printRow);
        printRow("all", figures);
        Map<String, Long> outcomes = new TreeMap<>();
        figures.forEach(one -> one.outcomes().forEach((name, count) -> outcomes.merge(name, count.sum(), Long::sum)));
        System.out.println("calls: " + outcomes);
    }

    private static void printRow(String name, List<Cycle.Figures> rows) {
        List<Cycle.Figures> started =
                rows.stream().filter(Cycle.Figures::started).toList();
        System.out.printf(
                "%-34s %6d %7d %7d %22s %22s%n",
                name,
                rows.size(),
                started.size(),
                rows.stream().filter(Cycle.Figures::forced).count(),
                spread(rows, Cycle.Figures::startMillis),
                spread(started, Cycle.Figures::stopMillis));
    }

    private static String spread(List<Cycle.Figures> rows, ToLongFunction<Cycle.Figures> value) {
        long[] sorted = rows.stream().mapToLong(value).sorted().toArray();
        return sorted.length == 0
                ? "-"
                : sorted[sorted.length / 2] + " / "
                        + LongStream.of(sorted).max().orElse(0);
    }

    // what may be left

    /** Processes whose command line names this run's discovery root. */
    private static List<String> workersAlive() throws IOException {
        try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
            return processes
                    .filter(process -> process.getFileName().toString().matches("\\d+"))
                    .filter(process -> !process.endsWith(
                            Long.toString(ProcessHandle.current().pid())))
                    .filter(process -> commandLine(process).contains(root.toString()))
                    .map(Path::toString)
                    .toList();
        }
    }

    private static String commandLine(Path process) {
        try {
            return Files.readString(process.resolve("cmdline"));
        } catch (IOException e) {
            return "";
        }
    }

    private static List<String> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .sorted()
                .toList();
    }

    /** In the folder that this run's workers have for such. */
    private static List<Path> temporaryFiles() throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("tmp"))) {
            return files.toList();
        }
    }
}
