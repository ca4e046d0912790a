package dev.sallyport.supervisor.cli;

import dev.sallyport.supervisor.admin.AdminClient;
import dev.sallyport.supervisor.admin.AdminException;
import dev.sallyport.supervisor.admin.AdminException.Kind;
import dev.sallyport.supervisor.admin.RunDirectory;
import dev.sallyport.supervisor.admin.RunFile;
import dev.sallyport.supervisor.process.Printable;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which of the running supervisors a command means, the same in every command that asks one. */
final class SupervisorChoice {

    private static final int ASKED_AT_ONCE = 16;

    @Option(
            names = {"-c", "--config"},
            paramLabel = "FILE",
            description = "The supervisor that runs this configuration.")
    private @Nullable Path config;

    @Option(names = "--pid", paramLabel = "PID", description = "The supervisor with this process id.")
    private @Nullable Long pid;

    /** The one that is meant; without any option the only one that runs. */
    RunFile choose(RunDirectory directory) throws AdminException {
        List<RunFile> running = directory.files();
        List<RunFile> meant = running.stream().filter(this::isMeant).toList();
        if (meant.size() == 1) {
            return meant.get(0);
        }
        if (meant.isEmpty()) {
            throw new AdminException(
                    Kind.NO_SUPERVISOR,
                    running.isEmpty()
                            ? "no supervisor of this user runs that commands can reach; start one with sallyport serve"
                                    + " (looked in " + directory.folder() + ")"
                            : "no running supervisor is the one that was named; there are: " + names(running));
        }
        throw new AdminException(
                Kind.AMBIGUOUS, "several supervisors run, name one with --config or --pid: " + names(meant));
    }

    boolean isMeant(RunFile file) {
        return (config == null || file.isOf(config)) && (pid == null || file.pid() == pid);
    }

    /** All are asked at the same time: one may hang. */
    private static String names(List<RunFile> files) {
        ExecutorService asking =
                Executors.newFixedThreadPool(Math.min(files.size(), ASKED_AT_ONCE), SupervisorChoice::thread);
        try {
            List<CompletableFuture<String>> names = files.stream()
                    .map(file -> CompletableFuture.supplyAsync(() -> name(file), asking))
                    .toList();
            return names.stream().map(CompletableFuture::join).collect(Collectors.joining(", "));
        } finally {
            asking.shutdown();
        }
    }

    private static Thread thread(Runnable task) {
        Thread thread = new Thread(task, "sallyport-ask");
        thread.setDaemon(true);
        return thread;
    }

    private static String name(RunFile file) {
        return file.name() + " (pid " + file.pid() + configOf(file) + ")";
    }

    /** Two files may have one name in two folders, which only their supervisors know. */
    private static String configOf(RunFile file) {
        try (AdminClient client = new AdminClient(file)) {
            return ", " + Printable.text(StatusView.of(client).status().getConfig());
        } catch (AdminException e) {
            return ", which does not answer";
        }
    }
}
