package dev.sallyport.supervisor.archive;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sallyport.supervisor.process.LaunchSpec;
import dev.sallyport.supervisor.process.ProcessLauncher;
import dev.sallyport.supervisor.process.WorkerProcess;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Processes of training runs that are none: they say and leave behind what they are told to. */
final class Trainer implements ProcessLauncher {

    static final int KILLED = 128 + 9;
    static final String LAST_LINE = "no space left";

    /** What happens a moment behind something else in a real process. */
    private static final Executor A_MOMENT_LATER = CompletableFuture.delayedExecutor(20, TimeUnit.MILLISECONDS);

    final List<LaunchSpec> launched = new CopyOnWriteArrayList<>();
    final CompletableFuture<Integer> exit = new CompletableFuture<>();
    final CountDownLatch running = new CountDownLatch(1);
    private final boolean writes;
    private final OutputStream lifeline;

    /** Thrown by each launch while it is there. */
    volatile @Nullable Error failure;

    private Trainer(boolean writes, @Nullable Integer brokenBefore) {
        this.writes = writes;
        this.lifeline = brokenBefore == null ? OutputStream.nullOutputStream() : new BrokenPipe(brokenBefore);
    }

    /** Writes what the flags ask for, as a JVM does. */
    static Trainer writing() {
        Trainer trainer = new Trainer(true, null);
        trainer.exit.complete(0);
        return trainer;
    }

    /** Writes nothing and has ended with this status. */
    static Trainer ending(int status) {
        Trainer trainer = new Trainer(false, null);
        trainer.exit.complete(status);
        return trainer;
    }

    /** Does not end by itself. */
    static Trainer endless() {
        return new Trainer(false, null);
    }

    /** Takes no bundle, and ends with this status a moment later. */
    static Trainer deaf(int status) {
        return new Trainer(false, status);
    }

    @Override
    public WorkerProcess launch(LaunchSpec spec) throws IOException {
        launched.add(spec);
        Error failed = failure;
        if (failed != null) {
            throw failed;
        }
        for (String arg : spec.argv()) {
            if (writes && arg.matches("-XX:(ArchiveClassesAtExit|AOTCache)=.*")) {
                Files.writeString(Path.of(arg.substring(arg.indexOf('=') + 1)), "archive", UTF_8);
            }
        }
        running.countDown();
        return new Training();
    }

    @Override
    public void close() {}

    private void exits(int status) {
        CompletableFuture<?> unused = exit.completeAsync(() -> status, A_MOMENT_LATER);
    }

    private final class BrokenPipe extends OutputStream {

        private final int status;

        BrokenPipe(int status) {
            this.status = status;
        }

        @Override
        public void write(int unused) throws IOException {
            exits(status);
            throw new IOException("Broken pipe");
        }
    }

    private final class Training implements WorkerProcess {

        @Override
        public long pid() {
            return 0;
        }

        @Override
        public OutputStream lifeline() {
            return lifeline;
        }

        @Override
        public CompletableFuture<Integer> exited() {
            return exit;
        }

        @Override
        public long residentBytes() {
            return 0;
        }

        @Override
        public void terminate() {}

        @Override
        public void kill() {
            exits(KILLED);
        }

        @Override
        public List<String> sweep(Duration limit) {
            return List.of();
        }

        @Override
        public List<String> traces() {
            return List.of("hs_err_pid1.log", LAST_LINE);
        }
    }
}
