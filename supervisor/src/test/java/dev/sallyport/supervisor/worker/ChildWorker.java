package dev.sallyport.supervisor.worker;

import dev.sallyport.supervisor.GroupSpec;
import dev.sallyport.supervisor.RestartPolicy;
import dev.sallyport.supervisor.process.WorkerCommand;
import dev.sallyport.transport.Credential;
import dev.sallyport.transport.keys.BundleCodec;
import dev.sallyport.transport.keys.IssuedCredential;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A real child JVM with the worker's main class, its output in files. */
public final class ChildWorker implements AutoCloseable {

    private static final long LIMIT_SECONDS = 60;

    private final Process process;
    private final Path stdout;
    private final Path stderr;

    private ChildWorker(Process process, Path stdout, Path stderr) {
        this.process = process;
        this.stdout = stdout;
        this.stderr = stderr;
    }

    /** The supervisor's own command line for a worker, with these jars behind the class path of the test. */
    static List<String> command(Path... roots) {
        List<String> classPath = new ArrayList<>(
                List.of(System.getProperty("java.class.path").split(Pattern.quote(File.pathSeparator), 0)));
        Stream.of(roots).map(Path::toString).forEach(classPath::add);
        return WorkerCommand.of(GroupSpec.builder("parse")
                .classPath(classPath)
                .jvmArgs(List.of("-XX:TieredStopAtLevel=1"))
                .restart(RestartPolicy.NEVER)
                .build());
    }

    static ChildWorker start(Path folder, List<String> command) {
        try {
            Path stdout = Files.createTempFile(folder, "worker", ".out");
            Path stderr = Files.createTempFile(folder, "worker", ".err");
            ProcessBuilder builder =
                    new ProcessBuilder(command).redirectOutput(stdout.toFile()).redirectError(stderr.toFile());
            withoutJvmOptions(builder);
            Process process = builder.start();
            return new ChildWorker(process, stdout, stderr);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A JVM that takes options from its environment says so on standard error, which tests compare. */
    static void withoutJvmOptions(ProcessBuilder builder) {
        builder.environment().keySet().removeAll(Set.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS"));
    }

    /** The bundle of a credential that the test's server issued, with this metadata. */
    public static byte[] bundle(Credential issued, List<String> roots, Map<String, String> selectors) {
        return bundle(issued, roots, selectors, "{}");
    }

    static byte[] bundle(Credential issued, List<String> roots, Map<String, String> selectors, String runtime) {
        try (IssuedCredential plain = (IssuedCredential) issued;
                IssuedCredential full = plain.withMetadata("test", roots, selectors, runtime)) {
            return BundleCodec.encode(full);
        }
    }

    void write(byte[] bytes) {
        try {
            OutputStream pipe = process.getOutputStream();
            pipe.write(bytes);
            pipe.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void closeLifeline() {
        try {
            process.getOutputStream().close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    int exitCode() {
        try {
            if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
                throw new AssertionError("the worker still runs; it said: " + stderr());
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        return process.exitValue();
    }

    ProcessHandle handle() {
        return process.toHandle();
    }

    String stdout() {
        return read(stdout);
    }

    String stderr() {
        return read(stderr);
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }
}
