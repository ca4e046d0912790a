package dev.sallyport.supervisor.process;

import dev.sallyport.transport.PeerId;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A process of this machine. */
final class LocalProcess implements WorkerProcess {

    /** After the end, so much time is given to the threads that read the output; what is later is in no post-mortem. */
    private static final long LAST_OUTPUT_MILLIS = 200;

    private static final long SWEEP_PAUSE_MILLIS = 10;

    /** The threads of a process do little: hundreds of them must be cheap. */
    private static final long STACK_BYTES = 128 * 1024;

    private static final Logger LOG = LoggerFactory.getLogger(LocalProcess.class);

    private final Process process;
    private final ProcessHandle handle;
    private final Tools tools;
    private final ProcessTable table;
    private final ProcessTree tree;
    private final OutputRing ring = new OutputRing();
    private final CountDownLatch outputsEnded = new CountDownLatch(2);
    private final CompletableFuture<Integer> exited = new CompletableFuture<>();

    /**
     * Begins to read and to wait. When the system refuses a thread for it the process runs on, and is the caller's to end.
     *
     * @param logs where the lines that it prints go to, besides the ring
     * @param atEnd done when it has ended, before anybody is told
     */
    LocalProcess(PeerId worker, Process process, Tools tools, ProcessTable table, OutputLogs logs, Runnable atEnd) {
        this.process = process;
        this.handle = process.toHandle();
        this.tools = tools;
        this.table = table;
        this.tree = new ProcessTree(process.pid(), tools.setsid() != null);
        run("sallyport-exit-" + worker, () -> awaitExit(atEnd));
        read(process.getInputStream(), ring::output, new OutputLog(worker, "out", logs));
        read(process.getErrorStream(), ring::error, new OutputLog(worker, "err", logs));
    }

    /** On a thread of its own: {@link Process#onExit} answers on the common pool, which user code may fill. */
    private void awaitExit(Runnable atEnd) {
        while (process.isAlive()) {
            try {
                process.waitFor();
            } catch (InterruptedException e) {
                // nobody ends this wait but the process
            }
        }
        try {
            atEnd.run();
        } finally {
            exited.complete(process.exitValue());
        }
    }

    private void read(InputStream stream, Consumer<String> lines, OutputLog log) {
        Consumer<String> both = line -> {
            lines.accept(line);
            log.line(line, System.nanoTime());
        };
        Runnable body = () -> {
            try (stream) {
                new LineSplitter(both).drain(stream);
            } catch (IOException e) {
                // the process has ended and the stream was closed under the reader
            } finally {
                outputsEnded.countDown();
            }
        };
        run("sallyport-" + log.name(), body);
    }

    private static void run(String name, Runnable body) {
        Thread thread = new Thread(null, body, name, STACK_BYTES);
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public long pid() {
        return process.pid();
    }

    @Override
    public OutputStream lifeline() {
        return process.getOutputStream();
    }

    @Override
    public CompletableFuture<Integer> exited() {
        return exited.copy();
    }

    @Override
    public long residentBytes() {
        return process.isAlive() ? table.residentBytes(process.pid()) : 0;
    }

    /** Takes in a look at the process table, while the worker runs. */
    void look(List<ProcessTable.Entry> entries) {
        if (process.isAlive()) {
            tree.update(entries, false, table::start);
        }
    }

    @Override
    public void terminate() {
        // not Process.destroy(), which closes the child's streams
        handle.destroy();
        tools.resume(handle);
    }

    /** Looks at the table and signals by start time, which takes descriptors. When there are none, those of its output are given up. */
    @Override
    public void kill() {
        left(!process.isAlive()).forEach(ProcessHandle::destroyForcibly);
        if (!handle.destroyForcibly() && process.isAlive()) {
            close(process.getInputStream());
            close(process.getErrorStream());
            left(false).forEach(ProcessHandle::destroyForcibly);
            handle.destroyForcibly();
        }
    }

    private static void close(InputStream stream) {
        try {
            stream.close();
        } catch (IOException e) {
            LOG.debug("cannot close the output of a process", e);
        }
    }

    /** Its descendants, deepest first; those that were seen before, when the table cannot be read now. */
    private List<ProcessHandle> left(boolean ended) {
        List<ProcessTable.Entry> entries = List.of();
        try {
            entries = table.read();
            tree.update(entries, ended, table::start);
        } catch (RuntimeException e) {
            LOG.warn("cannot read the process table: {}", e.getMessage());
        }
        return tree.deepestFirst(entries);
    }

    @Override
    public List<String> sweep(Duration limit) {
        long end = System.nanoTime() + limit.toNanos();
        List<ProcessHandle> left = killLeft();
        while (!left.isEmpty() && System.nanoTime() - end < 0) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(SWEEP_PAUSE_MILLIS));
            left = killLeft();
        }
        return left.stream().map(LocalProcess::describe).toList();
    }

    private List<ProcessHandle> killLeft() {
        List<ProcessHandle> left = left(true);
        left.forEach(ProcessHandle::destroyForcibly);
        return left;
    }

    private static String describe(ProcessHandle survivor) {
        return survivor.pid() + " " + Printable.text(survivor.info().command().orElse("unknown"));
    }

    @Override
    public List<OutputLine> output() {
        return ring.lines();
    }

    @Override
    public List<String> traces() {
        try {
            if (!outputsEnded.await(LAST_OUTPUT_MILLIS, TimeUnit.MILLISECONDS)) {
                return ring.traces();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return ring.traces();
    }
}
