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

/** A process of this machine. */
final class LocalProcess implements WorkerProcess {

    /** After the end, so much time is given to the threads that read the output; what is later is in no post-mortem. */
    private static final long LAST_OUTPUT_MILLIS = 200;

    private static final long SWEEP_PAUSE_MILLIS = 10;

    /** The readers do little: hundreds of them must be cheap. */
    private static final long READER_STACK_BYTES = 128 * 1024;

    private final Process process;
    private final ProcessHandle handle;
    private final Tools tools;
    private final ProcessTable table;
    private final ProcessTree tree;
    private final OutputRing ring = new OutputRing();
    private final CountDownLatch outputsEnded = new CountDownLatch(2);
    private final CompletableFuture<Integer> exited;

    LocalProcess(PeerId worker, Process process, Tools tools, ProcessTable table) {
        this.process = process;
        this.handle = process.toHandle();
        this.tools = tools;
        this.table = table;
        this.tree = new ProcessTree(process.pid(), tools.setsid() != null);
        this.exited = process.onExit().thenApply(Process::exitValue);
        read(worker, process.getInputStream(), "out", ring::output);
        read(worker, process.getErrorStream(), "err", ring::error);
    }

    private void read(PeerId worker, InputStream stream, String name, Consumer<String> lines) {
        OutputLog log = new OutputLog(worker, name);
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
        Thread thread = new Thread(null, body, "sallyport-" + name + "-" + worker, READER_STACK_BYTES);
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
            tree.update(entries, false);
        }
    }

    @Override
    public void terminate() {
        // not Process.destroy(), which closes the child's streams
        handle.destroy();
        tools.resume(handle);
    }

    @Override
    public void kill() {
        List<ProcessTable.Entry> entries = table.read();
        tree.update(entries, !process.isAlive());
        tree.deepestFirst(entries).forEach(ProcessHandle::destroyForcibly);
        handle.destroyForcibly();
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
        List<ProcessTable.Entry> entries = table.read();
        tree.update(entries, true);
        List<ProcessHandle> left = tree.deepestFirst(entries);
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
