package dev.sallyport.supervisor.inline;

import dev.sallyport.supervisor.SupervisorException;
import dev.sallyport.supervisor.WorkerExit;
import dev.sallyport.supervisor.bootstrap.BundleReader;
import dev.sallyport.supervisor.process.WorkerProcess;
import dev.sallyport.supervisor.worker.WorkerRuntime;
import dev.sallyport.transport.PeerId;
import dev.sallyport.transport.RejectedException;
import dev.sallyport.transport.Transport;
import dev.sallyport.transport.TransportConfig;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.Pipe;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A worker among the threads of this process, seen as a process. It reads its bundle from a pipe, whose end is its lifeline.
 * Its exit status is what a process would have had. It cannot be killed as one: what user code still runs afterwards is named as a survivor.
 */
final class InlineWorker implements WorkerProcess {

    private static final Logger LOG = LoggerFactory.getLogger(InlineWorker.class);

    private static final int SIGNALLED = 128;
    private static final int SIGKILL = 9;
    private static final int SIGTERM = 15;

    private final PeerId id;
    private final Pipe pipe;
    private final OutputStream lifeline;
    private final InlineClassPath classPath;
    private final Function<TransportConfig, Transport> transports;
    private final CompletableFuture<Integer> exited = new CompletableFuture<>();
    private final CompletableFuture<Void> over = new CompletableFuture<>();
    private final CompletableFuture<Void> released = new CompletableFuture<>();
    private final List<String> traces = new CopyOnWriteArrayList<>();
    private volatile boolean terminated;
    private volatile @Nullable WorkerRuntime runtime;

    private InlineWorker(
            PeerId id, Pipe pipe, InlineClassPath classPath, Function<TransportConfig, Transport> transports) {
        this.id = id;
        this.pipe = pipe;
        this.lifeline = Channels.newOutputStream(pipe.sink());
        this.classPath = classPath;
        this.transports = transports;
    }

    static InlineWorker start(PeerId id, InlineClassPath classPath, Function<TransportConfig, Transport> transports)
            throws IOException {
        InlineWorker worker = new InlineWorker(id, Pipe.open(), classPath, transports);
        Thread thread = new Thread(worker::run, "sallyport-inline-" + id.group() + "-" + id.worker());
        thread.setDaemon(true);
        thread.start();
        return worker;
    }

    private void run() {
        BundleReader reader = BundleReader.start(Channels.newInputStream(pipe.source()));
        try (WorkerRuntime booted = WorkerRuntime.boot(reader, classPath.entries(), transports)) {
            runtime = booted;
            booted.start();
            end(booted.ended().get());
        } catch (RejectedException e) {
            traces.add(SupervisorException.Category.CHILD_BOOTSTRAP + ": " + e.getMessage());
            end(WorkerExit.BUNDLE_REJECTED);
        } catch (Throwable e) {
            // of user code too: the supervisor waits for the exit
            LOG.error("worker {} failed", id, e);
            traces.add(e.toString());
            end(WorkerExit.INTERNAL);
        } finally {
            release();
            released.complete(null);
        }
    }

    private void end(WorkerExit exit) {
        over.complete(null);
        exited.complete(terminated ? SIGNALLED + SIGTERM : exit.code());
    }

    private void release() {
        try {
            lifeline.close();
            pipe.source().close();
            classPath.close();
        } catch (IOException e) {
            LOG.warn("cannot free what worker {} held", id, e);
        }
    }

    /** Completes when its transport is closed and all that it held is free; never exceptionally. */
    CompletableFuture<Void> released() {
        return released;
    }

    /** 0: it is no process of its own. */
    @Override
    public long pid() {
        return 0;
    }

    /** 0: its memory is this process's. */
    @Override
    public long residentBytes() {
        return 0;
    }

    @Override
    public OutputStream lifeline() {
        return lifeline;
    }

    @Override
    public CompletableFuture<Integer> exited() {
        return exited;
    }

    @Override
    public void terminate() {
        terminated = true;
        WorkerRuntime booted = runtime;
        if (booted != null) {
            booted.forsake(WorkerExit.ORPHANED, "terminated by the supervisor");
        } else {
            cutLifeline();
        }
    }

    /** It still waits for its bundle, or has just got it. */
    private void cutLifeline() {
        try {
            lifeline.close();
        } catch (IOException e) {
            LOG.warn("cannot close the lifeline of worker {}", id, e);
        }
    }

    @Override
    public void kill() {
        terminate();
        exited.complete(SIGNALLED + SIGKILL);
    }

    @Override
    public List<String> sweep(Duration limit) {
        List<String> left = List.of("threads of worker " + id + " in this process");
        try {
            over.get(limit.toMillis(), TimeUnit.MILLISECONDS);
            return List.of();
        } catch (TimeoutException | ExecutionException e) {
            return left;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return left;
        }
    }

    @Override
    public List<String> traces() {
        return List.copyOf(traces);
    }
}
