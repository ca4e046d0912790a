package dev.sallyport.supervisor.process;

import dev.sallyport.transport.PeerId;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Processes of this machine. One thread of it looks at the process table once a second, for all of them. Another one starts the
 * workers: it lives as long as the launcher, since the system takes its end for the supervisor's (docs/adr/0045).
 */
public final class LocalLauncher implements ProcessLauncher {

    private static final Logger LOG = LoggerFactory.getLogger(LocalLauncher.class);
    private static final long LOOK_MILLIS = 1_000;

    private final Host host = Host.ofThisProcess();
    private final Tools tools = Tools.ofThisSystem();
    private final ProcessTable table = ProcessTable.ofThisSystem();
    private final OutputLogs logs = OutputLogs.start();
    private final Set<LocalProcess> running = ConcurrentHashMap.newKeySet();
    private final ScheduledExecutorService watch =
            Executors.newSingleThreadScheduledExecutor(daemon("sallyport-processes"));
    private final ExecutorService starter = Executors.newSingleThreadExecutor(daemon("sallyport-spawn"));

    public LocalLauncher() {
        host.warning().ifPresent(LOG::warn);
        var unused = watch.scheduleWithFixedDelay(this::look, LOOK_MILLIS, LOOK_MILLIS, TimeUnit.MILLISECONDS);
    }

    private static ThreadFactory daemon(String name) {
        return task -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        };
    }

    @Override
    public WorkerProcess launch(LaunchSpec spec) throws IOException {
        Path folder = spec.jvm() ? WorkerFolder.make(spec.argv()) : null;
        try {
            LocalProcess process = launch(spec, folder);
            running.add(process);
            CompletableFuture<?> unused = process.exited().thenRun(() -> running.remove(process));
            return process;
        } catch (IOException | RuntimeException | Error e) {
            remove(folder);
            throw e;
        }
    }

    private LocalProcess launch(LaunchSpec spec, @Nullable Path folder) throws IOException {
        List<String> argv = folder == null ? spec.argv() : spec.argvWith(WorkerFolder.flag(folder));
        ProcessBuilder builder = new ProcessBuilder(tools.wrap(argv, spec.background()));
        Map<String, String> environment = builder.environment();
        environment.clear();
        environment.putAll(spec.environment());
        return watched(spec.worker(), begun(builder, spec.background()), () -> remove(folder));
    }

    private static void remove(@Nullable Path folder) {
        if (folder != null) {
            WorkerFolder.remove(folder);
        }
    }

    private Process begun(ProcessBuilder builder, boolean background) throws IOException {
        try {
            return background ? builder.start() : start(builder);
        } catch (IOException e) {
            throw host.explained(e);
        }
    }

    private Process start(ProcessBuilder builder) throws IOException {
        CompletableFuture<Process> started = new CompletableFuture<>();
        starter.execute(() -> {
            try {
                started.complete(builder.start());
            } catch (IOException | RuntimeException | Error e) {
                started.completeExceptionally(e);
            }
        });
        try {
            // not by a wait that can be interrupted: then nobody would know of the process
            return started.join();
        } catch (CompletionException e) {
            Throwable cause = Objects.requireNonNullElse(e.getCause(), e);
            if (cause instanceof IOException refused) {
                throw refused;
            }
            throw new IOException(cause.toString(), cause);
        }
    }

    /** A process that cannot be watched is ended: nobody else knows of it. */
    private LocalProcess watched(PeerId worker, Process process, Runnable atEnd) {
        try {
            return new LocalProcess(worker, process, tools, table, logs, atEnd);
        } catch (RuntimeException | Error e) {
            process.destroyForcibly();
            throw e;
        }
    }

    private void look() {
        if (running.isEmpty()) {
            return;
        }
        try {
            List<ProcessTable.Entry> entries = table.read();
            running.forEach(process -> process.look(entries));
        } catch (RuntimeException e) {
            LOG.warn("cannot read the process table: {}", e.getMessage());
        }
    }

    @Override
    public void close() {
        watch.shutdownNow();
        starter.shutdown();
        logs.close();
    }
}
