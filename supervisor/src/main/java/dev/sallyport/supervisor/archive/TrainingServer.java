package dev.sallyport.supervisor.archive;

import com.google.protobuf.ByteString;
import dev.sallyport.proto.v1.StopRequest;
import dev.sallyport.proto.v1.WorkerStatus;
import dev.sallyport.supervisor.GroupSpec;
import dev.sallyport.supervisor.bootstrap.BundleWriter;
import dev.sallyport.supervisor.issue.BundleIssuer;
import dev.sallyport.supervisor.process.WorkerProcess;
import dev.sallyport.transport.Deadline;
import dev.sallyport.transport.MethodDescriptor;
import dev.sallyport.transport.PeerId;
import dev.sallyport.transport.PeerListener;
import dev.sallyport.transport.Routes;
import dev.sallyport.transport.Transport;
import dev.sallyport.transport.TransportConfig;
import dev.sallyport.transport.TransportServer;
import dev.sallyport.transport.loopback.LoopbackTransport;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The supervisor of one training run: a server with keys of its own that serves nothing, calls the worker once when it is ready, and
 * stops it. It is here and not in the training's process, so that no class of a server's, and nothing that only a server needs, is
 * in an archive or on a worker's class path.
 */
final class TrainingServer implements PeerListener, AutoCloseable {

    /** The worker of a training run. */
    static final PeerId WORKER = new PeerId("class-archive", "0", 1);

    /** What {@code TrainingMain} answers when it has loaded all that it shall. */
    private static final MethodDescriptor<byte[], byte[]> ECHO = MethodDescriptor.ofBytes("training/echo");

    /** What a process that broke its sessions has to end in, to be told by its status. */
    private static final long END_SECONDS = 10;

    private final CompletableFuture<Void> ready = new CompletableFuture<>();
    private final Duration limit;
    private final Transport transport;
    private final TransportServer server;

    /**
     * @param limit of the whole run; none of its steps has a shorter one, since a process of the lowest priority may be kept waiting
     *     at any of them
     */
    TrainingServer(Duration limit) {
        this.limit = limit;
        transport = LoopbackTransport.create(
                TransportConfig.builder().connectTimeout(limit).build());
        try {
            server = transport.bind(Routes.none(), this);
        } catch (RuntimeException | Error e) {
            transport.close();
            throw e;
        }
    }

    @Override
    public void statusReported(PeerId peer, WorkerStatus status) {
        if (status.getPhase() == WorkerStatus.Phase.READY) {
            ready.complete(null);
        }
    }

    /**
     * Leads the process through a worker's life, unless it ends before.
     *
     * @throws IOException when the worker does not do what a worker does
     * @throws TimeoutException when the time of the run is over first
     */
    void lead(WorkerProcess process, List<String> roots, Deadline end)
            throws IOException, InterruptedException, TimeoutException {
        try {
            CompletableFuture<?> life = handOver(process, roots)
                    .thenCompose(written -> ready)
                    .thenCompose(isReady -> server.connection(WORKER).call(ECHO, new byte[1], Deadline.after(limit)))
                    .thenAccept(answer -> stop());
            CompletableFuture.anyOf(life, process.exited()).get(end.remainingNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            if (!failsSoon(process)) {
                throw new IOException("the training run did not get through: " + e.getCause(), e);
            }
        }
    }

    private CompletableFuture<Void> handOver(WorkerProcess process, List<String> roots) {
        GroupSpec group =
                GroupSpec.builder(WORKER.group()).discoveryRoots(roots).build();
        BundleWriter writer = new BundleWriter(task -> {
            Thread thread = new Thread(task, "sallyport-training-bundle");
            thread.setDaemon(true);
            thread.start();
        });
        return writer.write(new BundleIssuer(server).issue(WORKER, group), process.lifeline(), limit);
    }

    /** One that died is told by its status and its last line, which come a moment after its sessions broke. */
    private static boolean failsSoon(WorkerProcess process) throws InterruptedException {
        try {
            return process.exited().get(END_SECONDS, TimeUnit.SECONDS) != 0;
        } catch (ExecutionException | TimeoutException e) {
            return false;
        }
    }

    private void stop() {
        StopRequest order = StopRequest.newBuilder()
                .setStopId(ByteString.copyFrom(new byte[16]))
                .setMode(StopRequest.Mode.DRAIN)
                .setGracefulTimeoutMs((int) TimeUnit.MINUTES.toMillis(1))
                .setDrainInflight(true)
                .build();
        if (!server.stop(WORKER, order)) {
            throw new IllegalStateException("its control lane was closed before the stop");
        }
    }

    @Override
    public void close() {
        transport.close();
    }
}
