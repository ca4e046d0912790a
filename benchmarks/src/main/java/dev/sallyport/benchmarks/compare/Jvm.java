package dev.sallyport.benchmarks.compare;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Child JVMs like this one: same JDK, same class path, the same flags for every peer. */
public final class Jvm {

    /** The heap is fixed, so that no peer's figures hold another's heap growth; the collector is the JDK's choice. */
    public static final List<String> FLAGS = List.of(
            "-Xms256m",
            "-Xmx256m",
            "-XX:+IgnoreUnrecognizedVMOptions",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow");

    private Jvm() {}

    /** Starts {@code main}; its standard error is ours. */
    public static Process start(Class<?> main, String... args) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(FLAGS);
        command.add("-cp");
        command.add(System.getProperty("java.class.path"));
        command.add(main.getName());
        command.addAll(List.of(args));
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }
}
