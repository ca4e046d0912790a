package dev.sallyport.benchmarks.start;

import dev.sallyport.benchmarks.compare.Machine;
import dev.sallyport.supervisor.WorkerPhase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * From spawn to READY: the fund-load example's parse worker with the JVM's default flags, with ours, and with ours and a class
 * archive. One start at a time; a round has each variant once, each time beginning with another one.
 */
@Command(name = "start", description = "Measures how fast a worker starts.", mixinStandardHelpOptions = true)
public final class StartBenchmark implements Callable<Integer> {

    /**
     * The first starts warm up the page cache and the supervisor in this JVM, whose compilers would otherwise take the worker's processors: a
     * supervisor that restarts a worker has run for a while.
     */
    private static final int WARM_UP_ROUNDS = 8;

    @Option(names = "--lib", description = "The folder of the distribution's jars.", required = true)
    private Path lib = Path.of("lib");

    @Option(names = "--rounds", description = "Starts of each variant that count.")
    private int rounds = 15;

    @Option(names = "--out", description = "The JSON file to write.", required = true)
    private Path out = Path.of("start.json");

    private final Map<Variant, List<Map<WorkerPhase, Long>>> starts = new EnumMap<>(Variant.class);

    /**
     * The file that one run writes.
     *
     * @param millis by variant and phase, one value for each round, from the spawn
     */
    public record Results(Machine machine, String finished, Map<String, Map<String, List<Long>>> millis) {}

    public static void main(String[] args) {
        System.exit(new CommandLine(new StartBenchmark()).execute(args));
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        List<String> classPath = jars(lib.toRealPath());
        Path folder = Files.createTempDirectory("sallyport-start");
        Path archives = folder.resolve("archives");
        try {
            OneStart.makeArchive(classPath, archives);
            for (int round = -WARM_UP_ROUNDS; round < rounds; round++) {
                round(round, classPath, archives);
            }
        } finally {
            delete(archives);
            delete(folder);
        }
        write();
        return 0;
    }

    private static List<String> jars(Path lib) throws IOException {
        try (Stream<Path> files = Files.list(lib)) {
            return files.map(Path::toString)
                    .filter(file -> file.endsWith(".jar"))
                    .sorted()
                    .toList();
        }
    }

    private void round(int round, List<String> classPath, Path archives) throws InterruptedException {
        Variant[] variants = Variant.values();
        for (int i = 0; i < variants.length; i++) {
            Variant variant = variants[Math.floorMod(round + i, variants.length)];
            Map<WorkerPhase, Long> start = OneStart.measure(variant, classPath, archives);
            if (round >= 0) {
                starts.computeIfAbsent(variant, key -> new ArrayList<>()).add(start);
                System.out.printf("%3d %-8s %s%n", round, variant, start);
            }
        }
    }

    private void write() throws IOException {
        Map<String, Map<String, List<Long>>> millis = new LinkedHashMap<>();
        starts.forEach((variant, all) -> {
            Map<String, List<Long>> phases = new LinkedHashMap<>();
            for (WorkerPhase phase : List.of(WorkerPhase.AUTHENTICATED, WorkerPhase.CONTAINER_UP, WorkerPhase.READY)) {
                phases.put(
                        lower(phase),
                        all.stream().map(start -> start.get(phase)).toList());
            }
            millis.put(lower(variant), phases);
        });
        Files.createDirectories(out.toAbsolutePath().getParent());
        JsonMapper json =
                JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
        String finished = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
        Files.write(out, json.writeValueAsBytes(new Results(Machine.here(), finished, millis)));
    }

    private static String lower(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(folder);
    }
}
