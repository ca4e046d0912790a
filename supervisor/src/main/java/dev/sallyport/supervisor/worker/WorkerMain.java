package dev.sallyport.supervisor.worker;

import dev.sallyport.supervisor.SupervisorException;
import dev.sallyport.supervisor.WorkerExit;
import dev.sallyport.supervisor.bootstrap.BundleReader;
import dev.sallyport.supervisor.bootstrap.BundleReader.LifelineEnd;
import dev.sallyport.supervisor.bootstrap.ClassPath;
import dev.sallyport.supervisor.bootstrap.StandardInput;
import dev.sallyport.supervisor.process.WorkerFolder;
import dev.sallyport.transport.RejectReason;
import dev.sallyport.transport.RejectedException;
import dev.sallyport.transport.Transport;
import dev.sallyport.transport.TransportConfig;
import dev.sallyport.transport.loopback.LoopbackTransport;
import java.io.File;
import java.io.InputStream;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;

/**
 * The main class of a JVM worker: bundle, control lane, container, data lane, ready (docs/architecture.md). It takes no
 * arguments and reads nothing but its standard input, whose end is the worker's.
 */
public final class WorkerMain {

    private static final Map<String, String> NETTY_SETTINGS = Map.of(
            "io.netty.jfr.enabled", "false",
            "io.netty.processId", "1",
            "io.netty.machineId", "00:00:00:00:00:01");

    /** Where Netty puts its native library for the moment in which it is loaded. */
    private static final String NETTY_FOLDER = "io.netty.native.workdir";

    /** What makes a worker's transport. A training run takes this one too, so that an archive has its call site. */
    static final Function<TransportConfig, Transport> TRANSPORTS = LoopbackTransport::create;

    /** Waiting longer would take more than the JVM takes without it. */
    private static final long LEAVE_MILLIS = 200;

    private static final int MOST_CAUSES = 5;

    private WorkerMain() {}

    /** Never returns: the process ends with a code of {@link WorkerExit}. */
    public static void main(String[] args) throws InterruptedException {
        BundleReader reader = begin(new StandardInput());
        OrphanGuard guard = prepare();
        // the lifeline is not for the worker's code to read
        System.setIn(InputStream.nullInputStream());
        try {
            run(guard, reader);
        } catch (RejectedException e) {
            WorkerLog.line(SupervisorException.Category.CHILD_BOOTSTRAP + ": " + e.getMessage(), null);
            removeFolder();
            System.exit(WorkerExit.BUNDLE_REJECTED.code());
        } catch (LinkageError e) {
            WorkerLog.line(
                    RejectReason.E_INTERNAL + ": the worker's own classes do not load, " + withCauses(e)
                            + ": let class_path hold all jars of one version of Sallyport, and no other Netty",
                    null);
            System.exit(WorkerExit.INTERNAL.code());
        }
    }

    /** A class whose initialiser failed before is told with what it failed of. */
    private static String withCauses(Throwable failure) {
        StringBuilder text = new StringBuilder(failure.toString());
        Throwable cause = failure.getCause();
        for (int depth = 0; cause != null && depth < MOST_CAUSES; depth++) {
            text.append(", by ").append(cause);
            cause = cause.getCause();
        }
        return text.toString();
    }

    /**
     * Begins what a start waits for longest, the bundle and the transport's classes: both are on threads of their own from the first moment on,
     * when the other processors have nothing to do yet (docs/adr/0043). With a log of somebody else's the classes wait: they would have its code run
     * before there is a guard.
     */
    static BundleReader begin(InputStream pipe) {
        Thread.setDefaultUncaughtExceptionHandler(
                (thread, failure) -> WorkerLog.line("thread " + thread.getName() + " ended", failure));
        startWithoutExtras();
        if (WorkerLog.use()) {
            loadTransport();
        }
        return BundleReader.start(pipe);
    }

    /** What the process needs before code of others runs in it. */
    static OrphanGuard prepare() {
        OrphanGuard guard = OrphanGuard.ofThisProcess();
        TerminalSignals.ignore();
        return guard;
    }

    /** The bundle is read and its keys are derived meanwhile; together they are the larger part of a start (docs/adr/0043). */
    private static void loadTransport() {
        Thread thread = new Thread(
                () -> {
                    try {
                        LoopbackTransport.load();
                    } catch (RuntimeException | LinkageError e) {
                        // whoever needs it meets the same, and says so
                    }
                },
                "sallyport-load");
        thread.setDaemon(true);
        thread.start();
    }

    /**
     * Netty's own events would load the flight recorder at every start: 120 classes. A recording of the worker's code needs none of
     * them. And the names of its channels, which nobody reads, would have it look at every network interface.
     */
    private static void startWithoutExtras() {
        NETTY_SETTINGS.forEach((name, value) -> {
            if (System.getProperty(name) == null) {
                System.setProperty(name, value);
            }
        });
        String folder = System.getProperty(WorkerFolder.PROPERTY);
        if (folder != null && System.getProperty(NETTY_FOLDER) == null) {
            System.setProperty(NETTY_FOLDER, folder);
        }
    }

    /**
     * For a supervisor that is no longer there to do it; one that is does what fails here. Nothing but what Netty writes: the name is only as good as
     * the command line that it comes from.
     */
    private static void removeFolder() {
        String name = System.getProperty(WorkerFolder.PROPERTY);
        if (name == null) {
            return;
        }
        File folder = new File(name);
        for (File left : Objects.requireNonNullElse(folder.listFiles(WorkerMain::isNettys), new File[0])) {
            var unused = left.delete();
        }
        var unused = folder.delete();
    }

    private static boolean isNettys(File parent, String name) {
        return name.startsWith("libnetty");
    }

    private static void run(OrphanGuard guard, BundleReader reader) throws InterruptedException {
        watch(guard, reader);
        WorkerRuntime runtime = WorkerRuntime.boot(reader, ClassPath.ofThisProcess(), TRANSPORTS);
        endWith(guard, runtime, reader);
        runtime.start();
        // all other threads are daemons, and the end comes by exit or halt on one of them
        new CountDownLatch(1).await();
    }

    /** The end of the lifeline is the end of the process. */
    static void watch(OrphanGuard guard, BundleReader reader) {
        CompletableFuture<?> unused = reader.lifeline().thenAccept(end -> guard.condemn(exit(end), System.nanoTime()));
    }

    /** The process ends with the worker, and the worker with its parent. */
    static void endWith(OrphanGuard guard, WorkerRuntime runtime, BundleReader reader) {
        CompletableFuture<?> unused = runtime.ended().thenAccept(exit -> leave(runtime, reader, exit));
        guard.onOrphaned(() -> runtime.forsake(WorkerExit.ORPHANED, "the parent process is gone"));
    }

    /**
     * With no thread of the platform in native code, for which the JVM would wait (docs/adr/0110). A worker that ends by a fault of its own
     * says no goodbye: its supervisor sees a session that broke.
     */
    private static void leave(WorkerRuntime runtime, BundleReader reader, WorkerExit exit) {
        try {
            Thread thread = new Thread(
                    () -> {
                        removeFolder();
                        reader.release();
                        if (exit == WorkerExit.ORPHANED) {
                            Descendants.end();
                        }
                        if (exit != WorkerExit.INTERNAL) {
                            runtime.close();
                        }
                    },
                    "sallyport-leave");
            thread.setDaemon(true);
            thread.start();
            thread.join(LEAVE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            System.exit(exit.code());
        }
    }

    private static WorkerExit exit(LifelineEnd end) {
        return end == LifelineEnd.SUPERVISOR_GONE ? WorkerExit.ORPHANED : WorkerExit.BUNDLE_REJECTED;
    }
}
