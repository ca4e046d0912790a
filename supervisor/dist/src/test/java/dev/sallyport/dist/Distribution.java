package dev.sallyport.dist;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The packaged distribution, copied to a folder of its own: what a user has. */
final class Distribution {

    private static final Path PACKAGED = Path.of("../target/sallyport");

    /** Most of these processes live for a second, of which the second compiler would take its part. */
    private static final String FOR_A_SHORT_LIFE = "-XX:TieredStopAtLevel=1";

    /** For a machine that is busy. */
    private static final long LIMIT_SECONDS = 300;

    /** A build in the background of a shell ignores SIGINT, under nohup SIGHUP, and so does all that it starts: undone where env(1) can. */
    static final List<String> WITH_ALL_SIGNALS = withAllSignals();

    private final Path home;

    /** How a command ended. */
    record Ended(int code, String out, String err) {}

    private Distribution(Path home) {
        this.home = home;
    }

    /** Copies the distribution into the folder and makes the example's secrets there. */
    static Distribution copiedTo(Path folder) throws IOException, InterruptedException {
        Path home = folder.resolve("copy of sallyport");
        try (Stream<Path> files = Files.walk(PACKAGED)) {
            files.forEach(
                    file -> copy(file, home.resolve(PACKAGED.relativize(file).toString())));
        }
        Distribution copied = new Distribution(home);
        Process secrets = new ProcessBuilder(
                        "sh", copied.example("make-secrets.sh").toString())
                .inheritIO()
                .start();
        assertThat(secrets.waitFor()).isZero();
        return copied;
    }

    private static void copy(Path from, Path to) {
        try {
            Files.copy(from, to, StandardCopyOption.COPY_ATTRIBUTES);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The same, with class archives switched off in its example configurations. */
    Distribution withoutClassArchives() throws IOException {
        try (Stream<Path> files = Files.list(example("."))) {
            for (Path config :
                    files.filter(file -> file.toString().endsWith(".yml")).toList()) {
                String text = Files.readString(config, UTF_8);
                Files.writeString(
                        config,
                        text.replace("  platform:\n", "  platform:\n    class_archive: {enabled: false}\n"),
                        UTF_8);
            }
        }
        return this;
    }

    /** {@code bin/sallyport}. */
    Path launcher() {
        return home.resolve("bin/sallyport");
    }

    Path home() {
        return home;
    }

    /** What its runs take for the user's cache folder. */
    Path cache() {
        return home.resolve("cache");
    }

    /** A file of the example. */
    Path example(String file) {
        return home.resolve("examples/fund-loads").resolve(file);
    }

    /** Starts {@code sallyport run} with this config; the process is the supervisor itself. Its streams go to files. */
    Run run(String config, Path input, Path output) throws IOException {
        return start(
                home,
                "run",
                "--config",
                example(config + ".yml").toString(),
                "--input",
                input.toString(),
                "--output",
                output.toString());
    }

    /** Starts {@code sallyport} with these arguments, and a runtime directory in which its supervisors are found. */
    Run start(Path runtime, String... arguments) throws IOException {
        return start(launcher(), runtime, arguments);
    }

    /** The same by another name of the launcher. */
    Run start(Path launcher, Path runtime, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(WITH_ALL_SIGNALS);
        command.add(launcher.toString());
        command.addAll(List.of(arguments));
        return execute(runtime, Map.of(), command);
    }

    /** Starts any command with what {@code sallyport} wants in the environment, and this. */
    Run execute(Path runtime, Map<String, String> environment, List<String> command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command);
        // a colour is the decision of the test, not of whoever runs it
        builder.environment().keySet().removeAll(Set.of("NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE"));
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().put("XDG_RUNTIME_DIR", runtime.toString());
        builder.environment().put("XDG_CACHE_HOME", cache().toString());
        builder.environment().put("SALLYPORT_JAVA_OPTS", FOR_A_SHORT_LIFE);
        builder.environment().putAll(environment);
        Path out = Files.createTempFile(home, "run", ".out");
        Path err = Files.createTempFile(home, "run", ".err");
        return new Run(
                builder.redirectOutput(out.toFile()).redirectError(err.toFile()).start(), out, err);
    }

    private static List<String> withAllSignals() {
        List<String> env = List.of("env", "--default-signal=INT,HUP");
        List<String> probe = new ArrayList<>(env);
        probe.add("true");
        try {
            Process process = new ProcessBuilder(probe)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return process.waitFor() == 0 ? env : List.of();
        } catch (IOException e) {
            return List.of();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Whether the process ignores this signal, as the kernel tells. */
    static boolean ignores(ProcessHandle process, int signal) throws IOException {
        Path status = Path.of("/proc", Long.toString(process.pid()), "status");
        String mask = Files.readAllLines(status, ISO_8859_1).stream()
                .filter(line -> line.startsWith("SigIgn:"))
                .findFirst()
                .orElseThrow();
        return (Long.parseUnsignedLong(mask.substring("SigIgn:".length()).trim(), 16) >>> (signal - 1) & 1) == 1;
    }

    /**
     * Whether the process has not ended. One that nobody has reaped yet, as an orphan of a container whose first process does not, has:
     * {@link ProcessHandle#isAlive} takes it for alive.
     */
    static boolean isRunning(ProcessHandle process) {
        try {
            String state = stat(process).get(0);
            return !state.equals("Z") && !state.equals("X");
        } catch (IOException e) {
            return false;
        }
    }

    /** What the kernel tells about a process, from its state on. */
    static List<String> stat(ProcessHandle process) throws IOException {
        String stat = Files.readString(Path.of("/proc", Long.toString(process.pid()), "stat"), ISO_8859_1);
        return List.of(stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1));
    }

    /** A command under way. */
    record Run(Process process, Path out, Path err) {

        Ended ended() throws IOException, InterruptedException {
            assertThat(process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS))
                    .as(() -> "the run ends; so far %s %s".formatted(text(out), text(err)))
                    .isTrue();
            return new Ended(process.exitValue(), text(out), text(err));
        }

        String printed() {
            return text(out);
        }

        private static String text(Path file) {
            try {
                return Files.readString(file, UTF_8);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
