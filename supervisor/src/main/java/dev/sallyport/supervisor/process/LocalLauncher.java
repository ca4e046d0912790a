package dev.sallyport.supervisor.process;

import dev.sallyport.transport.PeerId;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Processes of this machine. One thread of it looks at the process table once a second, for all of them. */
public final class LocalLauncher implements ProcessLauncher {

    private static final Logger LOG = LoggerFactory.getLogger(LocalLauncher.class);
    private static final long LOOK_MILLIS = 1_000;

    private final Tools tools = Tools.ofThisSystem();
    private final ProcessTable table = ProcessTable.ofThisSystem();
    private final OutputLogs logs = OutputLogs.start();
    private final Set<LocalProcess> running = ConcurrentHashMap.newKeySet();
    private final ScheduledExecutorService watch;

    public LocalLauncher() {
        watch = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "sallyport-processes");
            thread.setDaemon(true);
            return thread;
        });
        var unused = watch.scheduleWithFixedDelay(this::look, LOOK_MILLIS, LOOK_MILLIS, TimeUnit.MILLISECONDS);
    }

    @Override
    public WorkerProcess launch(LaunchSpec spec) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(tools.wrap(spec.argv(), spec.background()));
        Map<String, String> environment = builder.environment();
        environment.clear();
        environment.putAll(spec.environment());
        LocalProcess process = watched(spec.worker(), builder.start());
        running.add(process);
        CompletableFuture<?> unused = process.exited().thenRun(() -> running.remove(process));
        return process;
    }

    /** A process that cannot be watched is ended: nobody else knows of it. */
    private LocalProcess watched(PeerId worker, Process process) {
        try {
            return new LocalProcess(worker, process, tools, table, logs);
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
        logs.close();
    }
}
