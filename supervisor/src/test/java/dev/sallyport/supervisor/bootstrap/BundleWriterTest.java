package dev.sallyport.supervisor.bootstrap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.sallyport.supervisor.GroupSpec;
import dev.sallyport.supervisor.RuntimeConfig;
import dev.sallyport.supervisor.issue.BundleIssuer;
import dev.sallyport.supervisor.issue.IssuedBundle;
import dev.sallyport.transport.PeerId;
import dev.sallyport.transport.RejectReason;
import dev.sallyport.transport.RejectedException;
import dev.sallyport.transport.Routes;
import dev.sallyport.transport.Transport;
import dev.sallyport.transport.TransportConfig;
import dev.sallyport.transport.TransportServer;
import dev.sallyport.transport.keys.BundleCodec;
import dev.sallyport.transport.keys.IssuedCredential;
import dev.sallyport.transport.loopback.LoopbackTransport;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class BundleWriterTest {

    private static final Duration LONG = Duration.ofSeconds(30);
    private static final GroupSpec GROUP = GroupSpec.builder("parse").build();

    private final ExecutorService executor = Executors.newCachedThreadPool();
    private final Transport transport = LoopbackTransport.create(TransportConfig.defaults());
    private final TransportServer server = transport.bind(Routes.none());
    private final IssuedBundle bundle = new BundleIssuer(
                    server,
                    new RuntimeConfig(
                            RuntimeConfig.Mode.PROCESS_SUPERVISOR,
                            null,
                            RuntimeConfig.Lifecycle.DEFAULT,
                            List.of(GROUP),
                            null))
            .issue(new PeerId("parse", "0", 1), GROUP);
    private final BundleWriter writer = new BundleWriter(executor);

    @AfterEach
    void close() {
        transport.close();
        executor.shutdownNow();
    }

    @Test
    void theWholeBundleIsWrittenAndThePipeStaysOpen() {
        Pipe pipe = new Pipe();
        writer.write(bundle, pipe, LONG).join();
        try (IssuedCredential read = BundleCodec.read(new ByteArrayInputStream(pipe.bytes.toByteArray()))) {
            assertThat(read.peer()).isEqualTo(new PeerId("parse", "0", 1));
        }
        assertThat(pipe.closed).isFalse();
        assertThat(pipe.flushed).isTrue();
    }

    @Test
    @DisplayName("K09 published twice to the same child: E_BUNDLE_STATE, nothing written")
    void K09_twice() {
        Pipe pipe = new Pipe();
        writer.write(bundle, pipe, LONG).join();
        int once = pipe.bytes.size();
        assertThatThrownBy(() -> writer.write(bundle, pipe, LONG))
                .isInstanceOfSatisfying(
                        RejectedException.class, e -> assertThat(e.reason()).isEqualTo(RejectReason.E_BUNDLE_STATE));
        assertThat(pipe.bytes.size()).isEqualTo(once);
    }

    @Test
    @DisplayName("K10 a child that is dead before the write: a failure with its code, the bytes wiped")
    void K10_brokenPipe() {
        Pipe pipe = new Pipe();
        pipe.broken = true;
        assertThat(reason(writer.write(bundle, pipe, LONG))).isEqualTo(RejectReason.E_BUNDLE_EOF);
        assertThat(pipe.lent)
                .singleElement()
                .satisfies(bytes -> assertThat(bytes).containsOnly(0));
    }

    @Test
    @DisplayName("K12 a child that never reads: the caller goes on at once, the write fails at its deadline")
    void K12_neverReads() {
        Pipe pipe = new Pipe();
        pipe.full = new CountDownLatch(1);
        CompletableFuture<Void> written = writer.write(bundle, pipe, Duration.ofMillis(50));
        assertThat(reason(written)).isEqualTo(RejectReason.E_BUNDLE_TIMEOUT);
        pipe.full.countDown();
        await().untilAsserted(() -> assertThat(pipe.lent)
                .singleElement()
                .satisfies(bytes -> assertThat(bytes).containsOnly(0)));
    }

    private static RejectReason reason(CompletableFuture<Void> written) {
        CompletionException failure = catchThrowableOfType(CompletionException.class, written::join);
        assertThat(failure.getCause()).isInstanceOf(RejectedException.class);
        return ((RejectedException) Objects.requireNonNull(failure.getCause())).reason();
    }

    /** A child's standard input that may be full or broken, and keeps hold of the arrays it was lent. */
    private static final class Pipe extends OutputStream {

        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private final List<byte[]> lent = new ArrayList<>();
        private CountDownLatch full = new CountDownLatch(0);
        private boolean broken;
        private boolean flushed;
        private boolean closed;

        @Override
        public void write(int b) {
            throw new AssertionError("a bundle is written as a whole");
        }

        @Override
        public void write(byte[] source, int offset, int length) throws IOException {
            synchronized (this) {
                lent.add(source);
            }
            try {
                full.await();
            } catch (InterruptedException e) {
                throw new IOException("interrupted", e);
            }
            if (broken) {
                throw new IOException("Broken pipe");
            }
            bytes.write(source, offset, length);
        }

        @Override
        public void flush() {
            flushed = true;
        }

        @Override
        public void close() {
            closed = true;
        }
    }
}
