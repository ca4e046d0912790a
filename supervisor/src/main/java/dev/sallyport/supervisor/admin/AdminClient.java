package dev.sallyport.supervisor.admin;

import dev.sallyport.supervisor.admin.AdminException.Kind;
import dev.sallyport.transport.CallException;
import dev.sallyport.transport.Connection;
import dev.sallyport.transport.Deadline;
import dev.sallyport.transport.MethodDescriptor;
import dev.sallyport.transport.Outcome;
import dev.sallyport.transport.RejectedException;
import dev.sallyport.transport.Routes;
import dev.sallyport.transport.Transport;
import dev.sallyport.transport.TransportConfig;
import dev.sallyport.transport.loopback.LoopbackTransport;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A command's connection to one supervisor. All commands have one identity, and a newer session supersedes an older one, so each call
 * is made under a lock on the credential file, and connects again when another command came in between. For one thread.
 */
public final class AdminClient implements AutoCloseable {

    private static final Duration CALL_LIMIT = Duration.ofSeconds(10);

    /** One that holds the lock for longer hangs, and is superseded. */
    private static final Duration LOCK_LIMIT = Duration.ofSeconds(5);

    private static final long LOCK_PAUSE_MILLIS = 20;

    /** A session that was superseded shows it only when it is used; one that is new cannot be. */
    private static final int ASKS_AGAIN = 1;

    private final RunFile file;
    private final Transport transport;
    private @Nullable Connection connection;

    /** @param file of a supervisor that runs */
    public AdminClient(RunFile file) {
        this.file = file;
        this.transport = LoopbackTransport.create(
                TransportConfig.builder().eventLoops(1).handlerThreads(1).build());
    }

    /** Whom it asks. */
    public RunFile file() {
        return file;
    }

    /**
     * Asks one of {@link AdminMethods} that change nothing. Asked again when another command's session came in between.
     *
     * @throws AdminException {@link Kind#UNREACHABLE} or {@link Kind#REFUSED}
     */
    public <Q, R> R ask(MethodDescriptor<Q, R> method, Q request) throws AdminException {
        return locked(() -> {
            for (int again = 0; again < ASKS_AGAIN; again++) {
                try {
                    return connected()
                            .call(method, request, Deadline.after(CALL_LIMIT))
                            .get();
                } catch (ExecutionException e) {
                    if (!(e.getCause() instanceof CallException call) || call.outcome() != Outcome.WORKER_LOST) {
                        throw e;
                    }
                    disconnect();
                }
            }
            return connected().call(method, request, Deadline.after(CALL_LIMIT)).get();
        });
    }

    /**
     * Gives an order, once, over a session that no other command can have superseded.
     *
     * @throws AdminException {@link Kind#UNREACHABLE} or {@link Kind#REFUSED}
     */
    public <Q, R> R order(MethodDescriptor<Q, R> method, Q request) throws AdminException {
        return locked(() -> {
            disconnect();
            return connected().call(method, request, Deadline.after(CALL_LIMIT)).get();
        });
    }

    /** What a command does while it holds the lock. */
    @FunctionalInterface
    private interface Exchange<R> {
        R run() throws ExecutionException, InterruptedException;
    }

    private <R> R locked(Exchange<R> exchange) throws AdminException {
        if (Files.isSymbolicLink(file.path())) {
            throw new AdminException(Kind.UNSAFE, "a symbolic link in the run directory: " + file.path());
        }
        if (file.isStopped()) {
            throw new AdminException(
                    Kind.UNREACHABLE,
                    "the supervisor " + file.name() + " (pid " + file.pid()
                            + ") was stopped by a signal and answers nobody:" + " kill -CONT " + file.pid()
                            + " continues it, kill -KILL ends it and its workers");
        }
        try (FileChannel channel = FileChannel.open(
                file.path(), Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS))) {
            FileLock lock = lock(channel);
            try {
                return exchange.run();
            } finally {
                if (lock != null) {
                    lock.release();
                }
            }
        } catch (IOException | RejectedException e) {
            throw unreachable(e);
        } catch (ExecutionException e) {
            throw failed(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unreachable(e);
        }
    }

    /** Null: somebody held it for too long. */
    private static @Nullable FileLock lock(FileChannel channel) throws IOException {
        long end = System.nanoTime() + LOCK_LIMIT.toNanos();
        do {
            FileLock lock = tryLock(channel);
            if (lock != null) {
                return lock;
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(LOCK_PAUSE_MILLIS));
        } while (System.nanoTime() - end < 0);
        return null;
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null;
        }
    }

    private Connection connected() {
        Connection current = connection;
        if (current == null || !current.isOpen()) {
            disconnect();
            current = transport.connect(file.path(), Routes.none());
            connection = current;
        }
        return current;
    }

    private void disconnect() {
        if (connection != null) {
            connection.close();
            connection = null;
        }
    }

    private AdminException unreachable(Exception e) {
        return new AdminException(
                Kind.UNREACHABLE,
                "the supervisor " + file.name() + " (pid " + file.pid() + ") does not answer: " + e.getMessage(),
                e);
    }

    private AdminException failed(ExecutionException e) {
        if (!(e.getCause() instanceof CallException call)) {
            return unreachable(e);
        }
        boolean answered = Set.of(Outcome.APPLICATION_ERROR, Outcome.PERMISSION_DENIED, Outcome.UNKNOWN_METHOD)
                .contains(call.outcome());
        String text = String.valueOf(call.getMessage()).replaceFirst("^" + call.outcome() + ": ", "");
        return answered ? new AdminException(Kind.REFUSED, text, call) : unreachable(call);
    }

    @Override
    public void close() {
        transport.close();
    }
}
