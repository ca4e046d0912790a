package dev.sallyport.transport.keys;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.sallyport.proto.v1.Bundle;
import dev.sallyport.transport.GoldenFrames;
import dev.sallyport.transport.RejectReason;
import dev.sallyport.transport.RejectedException;
import java.io.ByteArrayInputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** Any bytes where a bundle, a credential or a secret is read. */
class BundleFuzzTest {

    private static final int HEADER_BYTES = 9;
    private static final int DIGEST_BYTES = 32;
    private static final int MENDED = 1;

    private static final Set<RejectReason> CODES = EnumSet.of(
            RejectReason.E_BUNDLE_EOF,
            RejectReason.E_BUNDLE_MAGIC,
            RejectReason.E_BUNDLE_LEN,
            RejectReason.E_BUNDLE_DIGEST,
            RejectReason.E_BUNDLE_PROTO,
            RejectReason.E_BUNDLE_FIELD);

    static Stream<byte[]> seeds() {
        return GoldenVector.all()
                .map(GoldenVector::credential)
                .map(credential -> BundleCodec.encode(credential.withMetadata(
                        "fund-loads", List.of("parse", "limits"), Map.of("region", "eu"), "{\"a\":\"ü\"}")))
                .flatMap(bundle -> Stream.of(GoldenFrames.behind(bundle, 0), GoldenFrames.behind(bundle, MENDED)));
    }

    /** @param data whether length and digest are made to fit, then the bundle */
    @MethodSource("seeds")
    @FuzzTest
    void anyBytesAsABundle(byte[] data) throws InvalidProtocolBufferException {
        if (data.length == 0) {
            return;
        }
        byte[] bundle = Arrays.copyOfRange(data, 1, data.length);
        if ((data[0] & MENDED) != 0 && bundle.length >= HEADER_BYTES + DIGEST_BYTES) {
            mend(bundle);
        }
        ByteArrayInputStream input = new ByteArrayInputStream(bundle.clone());
        try (IssuedCredential credential = BundleCodec.read(input)) {
            int length = ByteBuffer.wrap(bundle).getInt(HEADER_BYTES - Integer.BYTES);
            assertThat(input.available())
                    .as("not a byte more")
                    .isEqualTo(bundle.length - HEADER_BYTES - length - DIGEST_BYTES);
            Bundle read = message(bundle);
            Bundle again = message(BundleCodec.encode(credential));
            assertThat(again).isEqualTo(read);
        } catch (RejectedException refused) {
            assertThat(CODES).contains(refused.reason());
        }
    }

    private static Bundle message(byte[] bundle) throws InvalidProtocolBufferException {
        int length = ByteBuffer.wrap(bundle).getInt(HEADER_BYTES - Integer.BYTES);
        return Bundle.parseFrom(ByteBuffer.wrap(bundle, HEADER_BYTES, length));
    }

    private static void mend(byte[] bundle) {
        int length = bundle.length - HEADER_BYTES - DIGEST_BYTES;
        ByteBuffer.wrap(bundle).putInt(HEADER_BYTES - Integer.BYTES, length);
        var digest = KeySchedule.newSha256();
        digest.update(bundle, 0, HEADER_BYTES + length);
        System.arraycopy(digest.digest(), 0, bundle, HEADER_BYTES + length, DIGEST_BYTES);
    }

    static Stream<byte[]> secrets() {
        byte[] secret = GoldenVector.first().hex("keys/base_w2s");
        return Stream.of(
                        HexFormat.of().formatHex(secret),
                        " " + Base64.getEncoder().encodeToString(secret) + "\n",
                        Base64.getEncoder().withoutPadding().encodeToString(secret))
                .map(text -> text.getBytes(StandardCharsets.UTF_8));
    }

    @MethodSource("secrets")
    @FuzzTest
    void anyTextAsASecret(byte[] data) {
        String text = new String(data, StandardCharsets.UTF_8);
        try (Secret secret = SecretFile.decode(text)) {
            secret.accept(bytes -> assertThat(bytes).hasSizeBetween(32, 64));
        } catch (RejectedException refused) {
            assertThat(refused.reason()).isEqualTo(RejectReason.E_CONFIG_SECRET);
            assertThat(refused.getCause()).isNull();
            if (text.length() > 8) {
                assertThat(refused).hasMessageNotContaining(text);
            }
        }
    }
}
