package dev.sallyport.supervisor.bootstrap;

import dev.sallyport.transport.RejectReason;
import dev.sallyport.transport.RejectedException;
import dev.sallyport.transport.keys.BundleCodec;
import dev.sallyport.transport.keys.IssuedCredential;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The child's end of the bootstrap pipe (protocol.md, section 9): reads one bundle, then watches the pipe as the worker's
 * lifeline. One daemon thread does all reading, so that a pipe that stays silent holds nobody up.
 */
public final class BundleReader {

    /** How the lifeline ended. */
    public enum LifelineEnd {
        /** End of file: nobody holds the other end any more. */
        SUPERVISOR_GONE,
        /** A byte came behind the bundle ({@link RejectReason#E_BUNDLE_TRAILING}). */
        TRAILING_BYTE
    }

    private final InputStream pipe;
    private final CompletableFuture<IssuedCredential> bundle = new CompletableFuture<>();
    private final CompletableFuture<LifelineEnd> lifeline = new CompletableFuture<>();
    private volatile boolean released;

    private BundleReader(InputStream pipe) {
        this.pipe = pipe;
    }

    /** Begins to read. From here on the stream belongs to this reader. */
    public static BundleReader start(InputStream pipe) {
        BundleReader reader = new BundleReader(pipe);
        new Lifeline(reader::run).start();
        return reader;
    }

    /**
     * An interrupt would close the stream that is read, as if the supervisor were gone, and code of a worker may interrupt every thread
     * that it finds.
     */
    private static final class Lifeline extends Thread {

        Lifeline(Runnable body) {
            super(body, "sallyport-lifeline");
            setDaemon(true);
        }

        @Override
        public void interrupt() {}
    }

    /**
     * The bundle, the caller's to close. To be asked once.
     *
     * @throws RejectedException with an {@code E_BUNDLE_*} reason; {@link RejectReason#E_BUNDLE_TIMEOUT} when it is not complete
     *     {@code timeout} from now
     */
    public IssuedCredential await(Duration timeout) throws InterruptedException {
        try {
            return bundle.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            return abandon(timeout);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RejectedException rejected) {
                throw rejected;
            }
            throw new IllegalStateException("the bundle reader failed", e.getCause());
        }
    }

    /** Completes once, when the lifeline has ended behind a good bundle, and was not {@link #release}d; never exceptionally. */
    public CompletableFuture<LifelineEnd> lifeline() {
        return lifeline;
    }

    /** Looks no longer after the lifeline, whose end is then nobody's. For a process that exits: see {@link StandardInput}. */
    public void release() {
        released = true;
        try {
            pipe.close();
        } catch (IOException e) {
            // it is read no longer, or for as long as the exit takes
        }
    }

    private void run() {
        try {
            IssuedCredential credential = BundleCodec.read(pipe);
            if (pipe.available() > 0) {
                credential.close();
                throw new RejectedException(RejectReason.E_BUNDLE_TRAILING, "bytes came with the bundle, behind it");
            }
            if (!bundle.complete(credential)) {
                credential.close();
                return;
            }
        } catch (RejectedException | IOException e) {
            bundle.completeExceptionally(rejected(e));
            return;
        } catch (RuntimeException | Error e) {
            bundle.completeExceptionally(e);
            throw e;
        }
        LifelineEnd end = watch();
        if (!released) {
            lifeline.complete(end);
        }
    }

    private LifelineEnd watch() {
        try {
            return pipe.read() < 0 ? LifelineEnd.SUPERVISOR_GONE : LifelineEnd.TRAILING_BYTE;
        } catch (IOException e) {
            return LifelineEnd.SUPERVISOR_GONE;
        }
    }

    /** A bundle that becomes complete just now is wiped by whoever loses the race. */
    private IssuedCredential abandon(Duration timeout) {
        RejectedException late = new RejectedException(
                RejectReason.E_BUNDLE_TIMEOUT, "the bundle was not complete after " + timeout.toMillis() + " ms");
        if (bundle.completeExceptionally(late)) {
            throw late;
        }
        return bundle.join();
    }

    private static RejectedException rejected(Exception e) {
        return e instanceof RejectedException already
                ? already
                : new RejectedException(RejectReason.E_BUNDLE_EOF, "the pipe failed behind the bundle", e);
    }
}
