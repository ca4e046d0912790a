package dev.sallyport.supervisor.worker;

import dev.sallyport.proto.WireSpec;
import dev.sallyport.supervisor.RuntimeProfile;
import dev.sallyport.supervisor.SupervisorException;
import dev.sallyport.supervisor.WorkerExit;
import dev.sallyport.supervisor.bootstrap.BundleReader;
import dev.sallyport.supervisor.bootstrap.BundleReader.LifelineEnd;
import dev.sallyport.supervisor.bootstrap.ClassPath;
import dev.sallyport.supervisor.bootstrap.WorkerBlueprint;
import dev.sallyport.transport.RejectReason;
import dev.sallyport.transport.RejectedException;
import dev.sallyport.transport.Transport;
import dev.sallyport.transport.TransportConfig;
import dev.sallyport.transport.keys.IssuedCredential;
import dev.sallyport.transport.loopback.LoopbackTransport;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;

/**
 * The main class of a JVM worker: bundle, control lane, container, data lane, ready (docs/architecture.md). It takes no
 * arguments and reads nothing but its standard input, whose end is the worker's.
 */
public final class WorkerMain {

    private static final Duration LONGEST_WRITE_STALL =
            TransportConfig.defaults().writeStallTimeout();

    private final OrphanGuard guard;

    private WorkerMain(OrphanGuard guard) {
        this.guard = guard;
    }

    /** Never returns normally: the process ends with a code of {@link WorkerExit}. */
    public static void main(String[] args) throws InterruptedException {
        OrphanGuard guard = OrphanGuard.ofThisProcess();
        WorkerLog.use();
        Thread.setDefaultUncaughtExceptionHandler(
                (thread, failure) -> WorkerLog.line("thread " + thread.getName() + " ended", failure));
        InputStream pipe = System.in;
        // the lifeline is not for the worker's code to read
        System.setIn(InputStream.nullInputStream());
        new WorkerMain(guard).run(pipe);
    }

    private void run(InputStream pipe) throws InterruptedException {
        BundleReader reader = BundleReader.start(pipe);
        WorkerRuntime runtime;
        try {
            WorkerBlueprint blueprint = blueprint(reader);
            runtime = new WorkerRuntime(transport(blueprint), blueprint);
        } catch (RejectedException e) {
            WorkerLog.line(SupervisorException.Category.CHILD_BOOTSTRAP + ": " + e.getMessage(), null);
            System.exit(WorkerExit.BUNDLE_REJECTED.code());
            return;
        }
        CompletableFuture<?> unusedExit = runtime.ended().thenAccept(exit -> System.exit(exit.code()));
        CompletableFuture<?> unusedWatch = reader.lifeline().thenAccept(end -> lifelineEnded(end, runtime));
        guard.onOrphaned(() -> runtime.forsake(WorkerExit.ORPHANED, "the parent process is gone"));
        runtime.start();
        // all other threads are daemons, and the end comes by exit or halt on one of them
        new CountDownLatch(1).await();
    }

    private static WorkerBlueprint blueprint(BundleReader reader) throws InterruptedException {
        IssuedCredential credential = reader.await(Duration.ofMillis(WireSpec.BUNDLE_READ_TIMEOUT_MILLIS));
        try {
            return WorkerBlueprint.of(credential, ClassPath.ofThisProcess());
        } catch (RejectedException e) {
            credential.close();
            throw e;
        }
    }

    private static Transport transport(WorkerBlueprint blueprint) {
        Duration ttl = Duration.ofMillis(blueprint.credential().ttlMillis());
        Duration belowHalf = ttl.dividedBy(2).minusMillis(1);
        RuntimeProfile profile = blueprint.profile();
        return LoopbackTransport.create(TransportConfig.builder()
                .maxPayloadBytes(blueprint.credential().maxPayloadBytes())
                .ttl(ttl)
                .writeStallTimeout(belowHalf.compareTo(LONGEST_WRITE_STALL) < 0 ? belowHalf : LONGEST_WRITE_STALL)
                .handlerThreads(profile.handlerThreads())
                .maxConcurrentCalls(profile.maxConcurrentCalls())
                .eventLoops(1)
                .expectedPeers(1)
                .build());
    }

    private void lifelineEnded(LifelineEnd end, WorkerRuntime runtime) {
        WorkerExit exit = end == LifelineEnd.SUPERVISOR_GONE ? WorkerExit.ORPHANED : WorkerExit.BUNDLE_REJECTED;
        guard.condemn(exit, System.nanoTime());
        runtime.forsake(
                exit,
                end == LifelineEnd.SUPERVISOR_GONE
                        ? "end of file on the lifeline: the supervisor is gone"
                        : RejectReason.E_BUNDLE_TRAILING + ": a byte came behind the bundle");
    }
}
