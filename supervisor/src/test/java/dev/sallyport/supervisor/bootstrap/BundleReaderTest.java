package dev.sallyport.supervisor.bootstrap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.google.protobuf.ByteString;
import dev.sallyport.proto.v1.Bundle;
import dev.sallyport.supervisor.bootstrap.BundleReader.LifelineEnd;
import dev.sallyport.transport.RejectReason;
import dev.sallyport.transport.RejectedException;
import dev.sallyport.transport.keys.IssuedCredential;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.SequenceInputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Group K of the conformance cases, at the reader; {@code WorkerMainTest} has those that need a process. */
class BundleReaderTest {

    private static final Duration LONG = Duration.ofSeconds(60);

    private final byte[] good = BundleBytes.good(4711, List.of("root.jar"), "{}");

    @Test
    void aGoodBundleIsReadAndThePipeBecomesTheLifeline() throws Exception {
        try (PipedInputStream pipe = new PipedInputStream(64 * 1024);
                PipedOutputStream supervisor = new PipedOutputStream(pipe)) {
            BundleReader reader = BundleReader.start(pipe);
            supervisor.write(good);
            supervisor.flush();
            try (IssuedCredential credential = reader.await(LONG)) {
                assertThat(credential.peer()).hasToString("parse/parse-0#1");
                assertThat(credential.discoveryRoots()).containsExactly("root.jar");
                assertThat(credential.selectors()).containsEntry("limit", "3");
            }
            assertThat(reader.lifeline()).isNotDone();
        }
    }

    @Test
    @DisplayName("K01 end of file at each offset is E_BUNDLE_EOF")
    void K01_endOfFileAtEachOffset() {
        for (int length = 0; length < good.length; length++) {
            assertThat(reasonOf(Arrays.copyOf(good, length)))
                    .as("after %s bytes", length)
                    .isEqualTo(RejectReason.E_BUNDLE_EOF);
        }
    }

    @Test
    @DisplayName("K02 wrong magic, wrong version and garbage are E_BUNDLE_MAGIC")
    void K02_notABundle() {
        byte[] garbage = new byte[4096];
        Arrays.fill(garbage, (byte) 0x5a);
        assertThat(reasonOf(garbage)).isEqualTo(RejectReason.E_BUNDLE_MAGIC);
        assertThat(reasonOf(changed(0, 'T'))).isEqualTo(RejectReason.E_BUNDLE_MAGIC);
        assertThat(reasonOf(changed(4, 2))).isEqualTo(RejectReason.E_BUNDLE_MAGIC);
    }

    @Test
    @DisplayName("K03 a length above 32 KiB is E_BUNDLE_LEN, before anything behind it is read or allocated")
    void K03_tooLong() {
        for (byte[] length : List.of(new byte[] {0, 0, (byte) 0x80, 1}, new byte[] {-1, -1, -1, -1})) {
            byte[] header = Arrays.copyOf(good, 9);
            System.arraycopy(length, 0, header, 5, 4);
            InputStream nothingBehind = new ByteArrayInputStream(header) {
                @Override
                public synchronized int read(byte[] into, int offset, int count) {
                    assertThat(count).isLessThan(64);
                    return super.read(into, offset, count);
                }
            };
            assertThat(reasonOf(nothingBehind)).isEqualTo(RejectReason.E_BUNDLE_LEN);
        }
    }

    @Test
    @DisplayName("K04 a digest that does not hold is E_BUNDLE_DIGEST")
    void K04_wrongDigest() {
        assertThat(reasonOf(changed(good.length - 1, good[good.length - 1] ^ 1)))
                .isEqualTo(RejectReason.E_BUNDLE_DIGEST);
        assertThat(reasonOf(changed(40, good[40] ^ 1))).isEqualTo(RejectReason.E_BUNDLE_DIGEST);
    }

    @Test
    @DisplayName("K05 a byte or a second bundle that comes with the bundle is E_BUNDLE_TRAILING")
    void K05_trailingBytesWithTheBundle() {
        assertThat(reasonOf(joined(good, new byte[1]))).isEqualTo(RejectReason.E_BUNDLE_TRAILING);
        assertThat(reasonOf(joined(good, good))).isEqualTo(RejectReason.E_BUNDLE_TRAILING);
    }

    @Test
    @DisplayName("K05 a byte that comes later ends the lifeline as a trailing byte")
    void K05_trailingByteLater() throws Exception {
        try (PipedInputStream pipe = new PipedInputStream(64 * 1024);
                PipedOutputStream supervisor = new PipedOutputStream(pipe)) {
            BundleReader reader = BundleReader.start(pipe);
            supervisor.write(good);
            supervisor.flush();
            reader.await(LONG).close();
            supervisor.write(0);
            supervisor.flush();
            assertThat(reader.lifeline().get(60, TimeUnit.SECONDS)).isEqualTo(LifelineEnd.TRAILING_BYTE);
        }
    }

    @Test
    @DisplayName("K07 a writer that dribbles, or writes nothing, is E_BUNDLE_TIMEOUT")
    void K07_neverComplete() throws Exception {
        try (PipedInputStream pipe = new PipedInputStream(64 * 1024);
                PipedOutputStream supervisor = new PipedOutputStream(pipe)) {
            BundleReader reader = BundleReader.start(pipe);
            supervisor.write(good, 0, 20);
            supervisor.flush();
            assertThat(catchThrowable(() -> reader.await(Duration.ofMillis(50))))
                    .isInstanceOfSatisfying(
                            RejectedException.class,
                            e -> assertThat(e.reason()).isEqualTo(RejectReason.E_BUNDLE_TIMEOUT));
            supervisor.write(good, 20, good.length - 20);
        }
    }

    @Test
    @DisplayName("K08 missing, short or long keys, port 0 and a foreign address are E_BUNDLE_FIELD")
    void K08_badFields() {
        assertThat(reasonOf(altered(Bundle.Builder::clearBaseW2S))).isEqualTo(RejectReason.E_BUNDLE_FIELD);
        for (int length : new int[] {31, 33}) {
            ByteString key = ByteString.copyFrom(new byte[length]);
            assertThat(reasonOf(altered(bundle -> bundle.setBaseS2W(key)))).isEqualTo(RejectReason.E_BUNDLE_FIELD);
        }
        assertThat(reasonOf(altered(bundle -> bundle.setPort(0)))).isEqualTo(RejectReason.E_BUNDLE_FIELD);
        ByteString foreign = ByteString.copyFrom(new byte[] {(byte) 192, (byte) 168, 0, 1});
        assertThat(reasonOf(altered(bundle -> bundle.setAddress(foreign)))).isEqualTo(RejectReason.E_BUNDLE_FIELD);
    }

    @Test
    void whatIsNoMessageIsEBundleProto() {
        assertThat(reasonOf(BundleBytes.framed(new byte[] {7, 7, 7}))).isEqualTo(RejectReason.E_BUNDLE_PROTO);
    }

    @Test
    @DisplayName("K11 end of file behind a consumed bundle means that the supervisor is gone")
    void K11_supervisorGone() throws Exception {
        BundleReader reader = BundleReader.start(new ByteArrayInputStream(good));
        reader.await(LONG).close();
        assertThat(reader.lifeline().get(60, TimeUnit.SECONDS)).isEqualTo(LifelineEnd.SUPERVISOR_GONE);
    }

    @Test
    void aPipeThatFailsBehindTheBundleMeansTheSame() throws Exception {
        InputStream broken = new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("broken pipe");
            }

            @Override
            public int read(byte[] into, int offset, int length) throws IOException {
                throw new IOException("broken pipe");
            }
        };
        BundleReader reader = BundleReader.start(new SequenceInputStream(new ByteArrayInputStream(good), broken));
        reader.await(LONG).close();
        assertThat(reader.lifeline().get(60, TimeUnit.SECONDS)).isEqualTo(LifelineEnd.SUPERVISOR_GONE);
    }

    private byte[] changed(int offset, int value) {
        byte[] copy = good.clone();
        copy[offset] = (byte) value;
        return copy;
    }

    private byte[] altered(UnaryOperator<Bundle.Builder> change) {
        Bundle.Builder builder = BundleBytes.message(good).toBuilder();
        return BundleBytes.framed(change.apply(builder).build().toByteArray());
    }

    private static byte[] joined(byte[] first, byte[] second) {
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }

    private static RejectReason reasonOf(byte[] pipe) {
        return reasonOf(new ByteArrayInputStream(pipe));
    }

    private static RejectReason reasonOf(InputStream pipe) {
        BundleReader reader = BundleReader.start(pipe);
        Throwable failure = catchThrowable(() -> reader.await(LONG));
        assertThat(failure).isInstanceOf(RejectedException.class);
        assertThat(reader.lifeline()).isNotDone();
        return ((RejectedException) failure).reason();
    }
}
