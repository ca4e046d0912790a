package dev.sallyport.supervisor.bootstrap;

import dev.sallyport.supervisor.issue.IssuedBundle;
import dev.sallyport.transport.RejectReason;
import dev.sallyport.transport.RejectedException;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The supervisor's end of the bootstrap pipe (protocol.md, section 9). It never closes the pipe, which is the worker's lifeline
 * from then on. The caller never waits: a child that does not read holds up one thread of the executor, until it is killed.
 */
public final class BundleWriter {

    private final Executor executor;

    /** @param executor its threads may block */
    public BundleWriter(Executor executor) {
        this.executor = executor;
    }

    /**
     * Publishes a bundle into a pipe.
     *
     * @return completes when all of it is written, or exceptionally with a {@link RejectedException}: {@link RejectReason#E_BUNDLE_EOF}
     *     when the child is gone, {@link RejectReason#E_BUNDLE_TIMEOUT} when it does not read
     * @throws RejectedException {@link RejectReason#E_BUNDLE_STATE} when it was published before; nothing is written
     * @throws OutOfMemoryError when the executor can start no thread; nothing is written, and the bundle's bytes are wiped
     */
    public CompletableFuture<Void> write(IssuedBundle bundle, OutputStream pipe, Duration limit) {
        byte[] bytes = bundle.publish();
        CompletableFuture<Void> written = new CompletableFuture<>();
        try {
            executor.execute(() -> complete(written, attempt(bytes, pipe)));
        } catch (RuntimeException | Error e) {
            Arrays.fill(bytes, (byte) 0);
            throw e;
        }
        return written.orTimeout(limit.toMillis(), TimeUnit.MILLISECONDS)
                .exceptionallyCompose(failure -> CompletableFuture.failedFuture(rejected(failure, limit)));
    }

    private static @Nullable IOException attempt(byte[] bytes, OutputStream pipe) {
        try {
            pipe.write(bytes);
            pipe.flush();
            return null;
        } catch (IOException e) {
            return e;
        } finally {
            Arrays.fill(bytes, (byte) 0);
        }
    }

    private static void complete(CompletableFuture<Void> written, @Nullable IOException failure) {
        if (failure == null) {
            written.complete(null);
        } else {
            written.completeExceptionally(failure);
        }
    }

    private static RejectedException rejected(Throwable failure, Duration limit) {
        return failure instanceof TimeoutException
                ? new RejectedException(
                        RejectReason.E_BUNDLE_TIMEOUT, "the child did not read it within " + limit.toMillis() + " ms")
                : new RejectedException(RejectReason.E_BUNDLE_EOF, "the child's pipe is closed", failure);
    }
}
