package dev.sallyport.supervisor.inline;

import dev.sallyport.supervisor.GroupSpec;
import dev.sallyport.supervisor.process.LaunchSpec;
import dev.sallyport.supervisor.process.ProcessLauncher;
import dev.sallyport.supervisor.process.WorkerProcess;
import dev.sallyport.transport.Transport;
import dev.sallyport.transport.TransportConfig;
import java.io.IOException;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts workers as threads of this process. What stands in the command line and the environment of a process means nothing
 * here; what the bundle says means the same.
 */
public final class InlineLauncher implements ProcessLauncher {

    private static final Logger LOG = LoggerFactory.getLogger(InlineLauncher.class);
    private static final long RELEASE_SECONDS = 2;

    private final Map<String, GroupSpec> groups;
    private final Set<InlineWorker> unreleased = ConcurrentHashMap.newKeySet();
    private final Function<TransportConfig, Transport> transports;

    /** @param transports makes a transport for each worker, of the kind that reaches the supervisor's */
    public InlineLauncher(Collection<GroupSpec> groups, Function<TransportConfig, Transport> transports) {
        this.groups = groups.stream().collect(Collectors.toUnmodifiableMap(GroupSpec::name, group -> group));
        this.transports = transports;
    }

    @Override
    public WorkerProcess launch(LaunchSpec spec) throws IOException {
        GroupSpec group = groups.get(spec.worker().group());
        if (group == null) {
            throw new IOException("no group " + spec.worker().group() + " is configured");
        }
        if (!group.command().isEmpty() || !group.entry().isEmpty()) {
            throw new IOException("group " + group.name()
                    + " has its own command or entry, which only bootstrap.mode process_supervisor can start");
        }
        InlineWorker worker = InlineWorker.start(spec.worker(), InlineClassPath.of(group), transports);
        unreleased.add(worker);
        CompletableFuture<?> unused = worker.released().thenRun(() -> unreleased.remove(worker));
        return worker;
    }

    /** Waits at most 2 s until workers that have ended have freed what they held. */
    @Override
    public void close() {
        try {
            CompletableFuture.allOf(
                            unreleased.stream().map(InlineWorker::released).toArray(CompletableFuture<?>[]::new))
                    .get(RELEASE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            LOG.warn("user code of a worker that has ended still runs in this process");
        }
    }
}
