package dev.sallyport.supervisor.archive;

import dev.sallyport.supervisor.process.LaunchSpec;
import dev.sallyport.supervisor.process.ProcessLauncher;
import dev.sallyport.supervisor.process.WorkerCommand;
import dev.sallyport.supervisor.process.WorkerEnvironment;
import dev.sallyport.supervisor.process.WorkerProcess;
import dev.sallyport.transport.Deadline;
import dev.sallyport.transport.RejectedException;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Makes one archive. Its process has keys of its own that open nothing but its {@link TrainingServer}, no variable of any group's
 * {@code env}, a low priority, and ends with the thread that runs it.
 */
final class TrainingRun {

    /** From this version on a JVM records in one run and makes a cache from the record in another. */
    private static final int AHEAD_OF_TIME = 24;

    /**
     * This version also keeps which methods a training run called often, and compiles them in the first moments of a start. A run that is led to its
     * end serves nothing, so they are methods that a start needs once (docs/adr/0131). The flag is a diagnostic one, and a JVM that does not know
     * a flag does not start: a later version gets it when the tests have run there.
     */
    private static final int REPLAYS_TRAINING = 25;

    private static final List<String> NO_REPLAY = List.of("-XX:+UnlockDiagnosticVMOptions", "-XX:-AOTReplayTraining");

    private static final String TRAINING_MAIN = "dev.sallyport.supervisor.worker.TrainingMain";

    /** Not each class that stays out, which signed jars and recordings make many. */
    private static final List<String> ERRORS_ONLY = List.of("-Xlog:disable", "-Xlog:all=error:stderr");

    /** A process that SIGKILL does not end is left. */
    private static final long KILL_SECONDS = 10;

    private static final int UNKNOWN = -1;

    private final ProcessLauncher launcher;
    private final ArchiveFolder folder;
    private final Recipe recipe;
    private final int javaVersion;
    private final Duration limit;

    /** @param limit for all that a run does */
    TrainingRun(ProcessLauncher launcher, ArchiveFolder folder, Recipe recipe, int javaVersion, Duration limit) {
        this.launcher = launcher;
        this.folder = folder;
        this.recipe = recipe;
        this.javaVersion = javaVersion;
        this.limit = limit;
    }

    /** The flags of a worker that starts with this archive. The JVM checks it, and starts without when it does not fit. */
    static List<String> flags(Path archive, int javaVersion) {
        if (javaVersion < AHEAD_OF_TIME) {
            return List.of("-Xshare:auto", "-XX:SharedArchiveFile=" + archive);
        }
        List<String> flags = new ArrayList<>(javaVersion == REPLAYS_TRAINING ? NO_REPLAY : List.of());
        flags.add("-XX:AOTCache=" + archive);
        return flags;
    }

    /**
     * Takes seconds, on an idle machine.
     *
     * @throws IOException when it makes no archive, with what its process said last if that ended; nothing is left of it then
     */
    void run() throws IOException, InterruptedException {
        Deadline end = Deadline.after(limit);
        Path archive = folder.unfinished(recipe.key());
        Path record = archive.resolveSibling(archive.getFileName() + ".record");
        try {
            if (javaVersion >= AHEAD_OF_TIME) {
                train(List.of("-XX:AOTMode=record", "-XX:AOTConfiguration=" + record), end);
                execute(
                        jvm(List.of("-XX:AOTMode=create", "-XX:AOTConfiguration=" + record, "-XX:AOTCache=" + archive)),
                        process -> {},
                        end);
            } else {
                train(List.of("-XX:ArchiveClassesAtExit=" + archive), end);
            }
            folder.put(archive, recipe.key());
        } finally {
            folder.delete(archive);
            folder.delete(record);
        }
    }

    private void train(List<String> flags, Deadline end) throws IOException, InterruptedException {
        List<String> argv = jvm(flags);
        argv.add(TRAINING_MAIN);
        try (TrainingServer server = new TrainingServer(limit)) {
            execute(argv, process -> server.lead(process, recipe.roots(), end), end);
        } catch (RejectedException e) {
            throw new IOException("the training run could not be served: " + e.getMessage(), e);
        }
    }

    private List<String> jvm(List<String> flags) {
        List<String> argv = new ArrayList<>(WorkerCommand.jvm(flags, recipe.jvmArgs(), javaVersion));
        argv.addAll(ERRORS_ONLY);
        argv.add("-cp");
        argv.add(String.join(File.pathSeparator, recipe.classPath()));
        return argv;
    }

    /** What a process needs of this one to get to its end. */
    private interface Lead {

        void accept(WorkerProcess process) throws IOException, InterruptedException, TimeoutException;
    }

    private void execute(List<String> argv, Lead lead, Deadline end) throws IOException, InterruptedException {
        Map<String, String> environment = WorkerEnvironment.of(Map.of(), System.getenv());
        WorkerProcess process = launcher.launch(new LaunchSpec(TrainingServer.WORKER, argv, environment, true, true));
        try {
            lead.accept(process);
            int status = process.exited().get(end.remainingNanos(), TimeUnit.NANOSECONDS);
            if (status != 0) {
                throw new IOException("the training run ended with " + status + lastLine(process));
            }
        } catch (TimeoutException e) {
            throw new IOException("the training run took more than " + limit.toSeconds() + " s", e);
        } catch (ExecutionException e) {
            throw new IOException("the training run was lost", e);
        } finally {
            process.kill();
            awaitEnd(process);
        }
    }

    /** Only then is nothing of it left, and nothing written any more. Not ended by the interrupt by which this run is given up. */
    private static void awaitEnd(WorkerProcess process) {
        process.exited()
                .copy()
                .completeOnTimeout(UNKNOWN, KILL_SECONDS, TimeUnit.SECONDS)
                .join();
    }

    private static String lastLine(WorkerProcess process) {
        List<String> traces = process.traces();
        return traces.isEmpty() ? "" : ": " + traces.get(traces.size() - 1);
    }
}
