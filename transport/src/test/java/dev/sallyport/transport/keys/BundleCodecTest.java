package dev.sallyport.transport.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import dev.sallyport.proto.WireSpec;
import dev.sallyport.proto.v1.Bundle;
import dev.sallyport.transport.PeerId;
import dev.sallyport.transport.RejectReason;
import dev.sallyport.transport.RejectedException;
import dev.sallyport.transport.TransportConfig;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PipedInputStream;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class BundleCodecTest {

    private static final int HEADER_BYTES = 9;
    private static final int DIGEST_BYTES = 32;

    private final GoldenVector golden = GoldenVector.first();
    private final Canary canary = Canary.of(golden.hex("keys/base_w2s"), golden.hex("keys/base_s2w"));

    @Test
    void everyFieldComesBack() {
        GoldenVector vector = GoldenVector.overIpv6();
        IssuedCredential sent = vector.credential()
                .withMetadata("fund-loads", List.of("parse", "limits"), Map.of("region", "eu"), "{\"a\":\"ü\"}");
        IssuedCredential read = read(BundleCodec.encode(sent));
        assertThat(read.peer()).isEqualTo(vector.peer());
        assertThat(read.keyId()).isEqualTo(vector.hex("keys/key_id"));
        assertThat(read.bootId()).isEqualTo(vector.hex("boot_id"));
        assertThat(read.address()).isEqualTo(vector.address());
        assertThat(read.schemaMin()).isEqualTo(1);
        assertThat(read.schemaMax()).isEqualTo(1);
        assertThat(read.maxPayloadBytes()).isEqualTo(1 << 20);
        assertThat(read.ttlMillis()).isEqualTo(30_000);
        assertThat(read.connectDeadlineMillis()).isEqualTo(10_000);
        assertThat(read.scenarioId()).isEqualTo("fund-loads");
        assertThat(read.discoveryRoots()).containsExactly("parse", "limits");
        assertThat(read.selectors()).containsExactly(Map.entry("region", "eu"));
        assertThat(read.runtimeJson()).isEqualTo("{\"a\":\"ü\"}");
        assertThat(Secret.same(read.baseW2s(), sent.baseW2s())).isTrue();
        assertThat(Secret.same(read.baseS2w(), sent.baseS2w())).isTrue();
    }

    @Test
    void theLayoutIsTheProtocols() {
        byte[] bundle = BundleCodec.encode(golden.credential());
        int length = ByteBuffer.wrap(bundle).getInt(5);
        assertThat(Arrays.copyOf(bundle, 5)).containsExactly('S', 'W', 'P', 'B', 1);
        assertThat(bundle).hasSize(HEADER_BYTES + length + DIGEST_BYTES);
        assertThat(bundle).endsWith(sha256(Arrays.copyOf(bundle, HEADER_BYTES + length)));
    }

    @Test
    void nothingBehindTheDigestIsRead() throws IOException {
        byte[] bundle = BundleCodec.encode(golden.credential());
        ByteArrayInputStream input = new ByteArrayInputStream(Arrays.copyOf(bundle, bundle.length + 3));
        BundleCodec.read(input).close();
        assertThat(input.available()).isEqualTo(3);
    }

    @Test
    void dribbledBytesAreABundleToo() {
        byte[] bundle = BundleCodec.encode(golden.credential());
        InputStream dribble = new FilterInputStream(new ByteArrayInputStream(bundle)) {
            @Override
            public int read(byte[] target, int offset, int length) throws IOException {
                return super.read(target, offset, Math.min(1, length));
            }
        };
        assertThat(BundleCodec.read(dribble).peer()).isEqualTo(golden.peer());
    }

    @Test
    @DisplayName("K01 end of file at each byte offset is E_BUNDLE_EOF")
    void K01_endOfFileAtEachOffset() {
        byte[] bundle = BundleCodec.encode(golden.credential());
        for (int length = 0; length < bundle.length; length++) {
            RejectedException thrown = rejected(Arrays.copyOf(bundle, length));
            assertThat(thrown.reason()).as("cut at %d", length).isEqualTo(RejectReason.E_BUNDLE_EOF);
            canary.assertAbsentFrom(thrown);
        }
    }

    @Test
    void aFailingStreamIsAnEarlyEnd() {
        InputStream failing = new PipedInputStream();
        assertThatThrownBy(() -> BundleCodec.read(failing))
                .isInstanceOfSatisfying(
                        RejectedException.class, e -> assertThat(e.reason()).isEqualTo(RejectReason.E_BUNDLE_EOF));
    }

    @Test
    @DisplayName("K02 wrong magic, wrong version, garbage is E_BUNDLE_MAGIC")
    void K02_wrongMagic() {
        byte[] bundle = BundleCodec.encode(golden.credential());
        for (int at = 0; at < 5; at++) {
            byte[] wrong = bundle.clone();
            wrong[at] ^= 1;
            assertThat(rejected(wrong).reason()).isEqualTo(RejectReason.E_BUNDLE_MAGIC);
        }
        byte[] garbage = new byte[4096];
        Arrays.fill(garbage, (byte) 0xA5);
        assertThat(rejected(garbage).reason()).isEqualTo(RejectReason.E_BUNDLE_MAGIC);
    }

    @ParameterizedTest
    @ValueSource(ints = {32 * 1024 - HEADER_BYTES - DIGEST_BYTES + 1, 32 * 1024 + 1, Integer.MAX_VALUE, -1})
    @DisplayName("K03 a length over the limit is E_BUNDLE_LEN, and nothing of that length is allocated or read")
    void K03_tooLong(int length) {
        byte[] header = ByteBuffer.allocate(HEADER_BYTES)
                .put(new byte[] {'S', 'W', 'P', 'B', 1})
                .putInt(length)
                .array();
        RecordingInput input = new RecordingInput(header);
        RejectedException thrown = catchThrowableOfType(RejectedException.class, () -> BundleCodec.read(input));
        assertThat(thrown.reason()).isEqualTo(RejectReason.E_BUNDLE_LEN);
        assertThat(input.buffers).allSatisfy(buffer -> assertThat(buffer.length).isLessThanOrEqualTo(5));
    }

    @Test
    void theLargestBundleIsRead() {
        int room = WireSpec.BUNDLE_MAX_BYTES - BundleCodec.encode(golden.credential()).length;
        // tag and length of the field take 2 + 3 bytes
        IssuedCredential largest = withRuntime(room - 5);
        byte[] bundle = BundleCodec.encode(largest);
        assertThat(bundle).hasSize(WireSpec.BUNDLE_MAX_BYTES);
        assertThat(read(bundle).runtimeJson()).hasSize(room - 5);

        assertThatThrownBy(() -> BundleCodec.encode(withRuntime(room - 4)))
                .isInstanceOfSatisfying(RejectedException.class, e -> {
                    assertThat(e.reason()).isEqualTo(RejectReason.E_BUNDLE_LEN);
                    assertThat(e).hasMessageContaining("by 1");
                });
    }

    @Test
    @DisplayName("K04 any changed byte behind the header is E_BUNDLE_DIGEST")
    void K04_wrongDigest() {
        byte[] bundle = BundleCodec.encode(golden.credential());
        for (int at = HEADER_BYTES; at < bundle.length; at++) {
            byte[] damaged = bundle.clone();
            damaged[at] ^= 0x40;
            RejectedException thrown = rejected(damaged);
            assertThat(thrown.reason()).as("byte %d", at).isEqualTo(RejectReason.E_BUNDLE_DIGEST);
            canary.assertAbsentFrom(thrown);
        }
    }

    @Test
    @DisplayName("the protobuf inside cut at each offset is E_BUNDLE_PROTO or E_BUNDLE_FIELD, without its bytes")
    void cutMessages() {
        byte[] message = message().toByteArray();
        List<RejectReason> seen = new ArrayList<>();
        for (int length = 0; length < message.length; length++) {
            RejectedException thrown = rejected(framed(Arrays.copyOf(message, length)));
            seen.add(thrown.reason());
            assertThat(thrown.getCause()).isNull();
            canary.assertAbsentFrom(thrown);
        }
        assertThat(seen).containsOnly(RejectReason.E_BUNDLE_PROTO, RejectReason.E_BUNDLE_FIELD);
    }

    static Stream<Arguments> inexactMessages() {
        byte[] exact = message().toByteArray();
        UnknownFieldSet unknown = UnknownFieldSet.newBuilder()
                .addField(99, UnknownFieldSet.Field.newBuilder().addVarint(1).build())
                .build();
        return Stream.of(
                Arguments.of("an unknown field", append(exact, unknown.toByteArray())),
                Arguments.of("selectors with another wire type", append(exact, 0xA0, 0x01, 0x00)),
                Arguments.of("an unknown field in an entry", append(exact, 0xA2, 0x01, 0x02, 0x18, 0x01)),
                Arguments.of("an entry's key with another wire type", append(exact, 0xA2, 0x01, 0x02, 0x08, 0x01)),
                Arguments.of("an entry longer than the message", append(exact, 0xA2, 0x01, 0x7F, 0x0A)),
                Arguments.of(
                        "an entry of negative length",
                        append(exact, 0xA2, 0x01, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01)),
                Arguments.of("end of a group not begun", append(exact, 0x0C)),
                Arguments.of("a group", append(exact, 0xA3, 0x06, 0xA4, 0x06)),
                Arguments.of("groups nested very deep", append(exact, repeated(0x0B, 10_000))),
                Arguments.of("field number 0", append(exact, 0x02, 0x00)),
                Arguments.of("wire type 7", append(exact, 0x0F)),
                Arguments.of("a varint of 11 bytes", append(exact, append(new byte[] {0x50}, repeated(0x80, 11)))),
                Arguments.of("a name that is no UTF-8", append(exact, 0x2A, 0x02, 0xC3, 0x28)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("inexactMessages")
    void whatIsNotExactlyTheMessageIsRefused(String what, byte[] body) {
        RejectedException thrown = rejected(framed(body));
        assertThat(thrown.reason()).as(what).isEqualTo(RejectReason.E_BUNDLE_PROTO);
        assertThat(thrown.getCause()).isNull();
        canary.assertAbsentFrom(thrown);
    }

    static Stream<Arguments> badFields() {
        return Stream.of(
                bad("key_id missing", Bundle.Builder::clearKeyId),
                bad("key_id short", b -> b.setKeyId(bytes(15))),
                bad("key_id long", b -> b.setKeyId(bytes(17))),
                bad("base_w2s missing", Bundle.Builder::clearBaseW2S),
                bad("base_w2s short", b -> b.setBaseW2S(bytes(31))),
                bad("base_w2s long", b -> b.setBaseW2S(bytes(33))),
                bad("base_s2w missing", Bundle.Builder::clearBaseS2W),
                bad("base_s2w short", b -> b.setBaseS2W(bytes(31))),
                bad("base_s2w long", b -> b.setBaseS2W(bytes(33))),
                bad("boot_id missing", Bundle.Builder::clearBootId),
                bad("boot_id short", b -> b.setBootId(bytes(15))),
                bad("spawn_nonce missing", Bundle.Builder::clearSpawnNonce),
                bad("spawn_nonce long", b -> b.setSpawnNonce(bytes(17))),
                bad("group_id missing", Bundle.Builder::clearGroupId),
                bad("group_id upper case", b -> b.setGroupId("A")),
                bad("group_id long", b -> b.setGroupId("a".repeat(64))),
                bad("worker_id missing", Bundle.Builder::clearWorkerId),
                bad("worker_id with a slash", b -> b.setWorkerId("a/b")),
                bad("incarnation 0", Bundle.Builder::clearIncarnation),
                bad("incarnation 2^63", b -> b.setIncarnation(Long.MIN_VALUE)),
                bad("address missing", Bundle.Builder::clearAddress),
                bad("address 0.0.0.0", b -> b.setAddress(ByteString.copyFrom(new byte[4]))),
                bad("address ::", b -> b.setAddress(ByteString.copyFrom(new byte[16]))),
                bad("address 192.168.0.1", b -> b.setAddress(address(192, 168, 0, 1))),
                bad("address 127.0.0.2", b -> b.setAddress(address(127, 0, 0, 2))),
                bad(
                        "address ::ffff:127.0.0.1",
                        b -> b.setAddress(address(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 127, 0, 0, 1))),
                bad("address of 5 bytes", b -> b.setAddress(address(127, 0, 0, 1, 0))),
                bad("port 0", Bundle.Builder::clearPort),
                bad("port 65536", b -> b.setPort(65_536)),
                bad("port 2^32-1", b -> b.setPort(-1)),
                bad("wire_version 0", Bundle.Builder::clearWireVersion),
                bad("wire_version 2", b -> b.setWireVersion(2)),
                bad("suite 0", Bundle.Builder::clearSuite),
                bad("suite 2", b -> b.setSuite(2)),
                bad("schema_min 0", Bundle.Builder::clearSchemaMin),
                bad("schema_min above this build's", b -> b.setSchemaMin(2).setSchemaMax(3)),
                bad("schema_max 0", Bundle.Builder::clearSchemaMax),
                bad("schema_max 65536", b -> b.setSchemaMax(65_536)),
                bad("max_payload_bytes 0", Bundle.Builder::clearMaxPayloadBytes),
                bad("max_payload_bytes 4095", b -> b.setMaxPayloadBytes(4095)),
                bad(
                        "max_payload_bytes 64 MiB + 1",
                        b -> b.setMaxPayloadBytes(TransportConfig.MAX_PAYLOAD_CEILING + 1L)),
                bad("max_payload_bytes 2^64-1", b -> b.setMaxPayloadBytes(-1)),
                bad("ttl_ms 0", Bundle.Builder::clearTtlMs),
                bad("ttl_ms 2^32-1", b -> b.setTtlMs(-1)),
                bad("connect_deadline_ms 0", Bundle.Builder::clearConnectDeadlineMs),
                bad("runtime no UTF-8", b -> b.setRuntime(address(0xC3, 0x28))));
    }

    @ParameterizedTest(name = "K08 {0}")
    @MethodSource("badFields")
    @DisplayName("K08 a field that is missing or out of range is E_BUNDLE_FIELD and named")
    void K08_badField(String what, UnaryOperator<Bundle> change) {
        RejectedException thrown = rejected(framed(change.apply(message()).toByteArray()));
        assertThat(thrown.reason()).isEqualTo(RejectReason.E_BUNDLE_FIELD);
        assertThat(thrown).hasMessageContaining(what.substring(0, what.indexOf(' ')));
        canary.assertAbsentFrom(thrown);
    }

    @Test
    void theEndsOfEveryRangeAreAccepted() {
        Bundle low = message().toBuilder()
                .setPort(1)
                .setMaxPayloadBytes(4096)
                .setTtlMs(1)
                .setConnectDeadlineMs(1)
                .build();
        assertThat(read(framed(low.toByteArray())).maxPayloadBytes()).isEqualTo(4096);
        Bundle high = message().toBuilder()
                .setGroupId("a".repeat(63))
                .setIncarnation(Long.MAX_VALUE)
                .setPort(65_535)
                .setSchemaMax(65_535)
                .setMaxPayloadBytes(TransportConfig.MAX_PAYLOAD_CEILING)
                .build();
        assertThat(read(framed(high.toByteArray())).peer()).isEqualTo(new PeerId("a".repeat(63), "w1", Long.MAX_VALUE));
    }

    @Test
    void readingLeavesNoKeyInItsBuffers() {
        byte[] bundle = BundleCodec.encode(golden.credential());
        RecordingInput whole = new RecordingInput(bundle);
        IssuedCredential credential = BundleCodec.read(whole);
        assertWiped(whole);
        assertThat(credential.baseW2s().<byte[]>use(byte[]::clone)).isEqualTo(golden.hex("keys/base_w2s"));

        bundle[bundle.length - 1] ^= 1;
        for (byte[] failing : List.of(bundle, Arrays.copyOf(bundle, bundle.length - 1))) {
            RecordingInput input = new RecordingInput(failing);
            assertThatThrownBy(() -> BundleCodec.read(input)).isInstanceOf(RejectedException.class);
            assertWiped(input);
        }
    }

    @Test
    void aClosedCredentialCannotBeEncoded() {
        IssuedCredential credential = golden.credential();
        credential.close();
        assertThatThrownBy(() -> BundleCodec.encode(credential)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(credential::newPeerKeys).isInstanceOf(IllegalStateException.class);
    }

    private IssuedCredential withRuntime(int length) {
        return golden.credential().withMetadata("", List.of(), Map.of(), "x".repeat(length));
    }

    private static void assertWiped(RecordingInput input) {
        assertThat(input.buffers).anySatisfy(buffer -> assertThat(buffer.length).isGreaterThan(64));
        assertThat(input.buffers)
                .filteredOn(buffer -> buffer.length > 5)
                .allSatisfy(buffer -> assertThat(buffer).containsOnly(0));
    }

    private static IssuedCredential read(byte[] bundle) {
        return BundleCodec.read(new ByteArrayInputStream(bundle));
    }

    private static RejectedException rejected(byte[] bundle) {
        return catchThrowableOfType(RejectedException.class, () -> read(bundle));
    }

    private static Bundle message() {
        GoldenVector vector = GoldenVector.first();
        return BundleFields.toMessage(
                vector.credential(),
                ByteString.copyFrom(vector.hex("keys/base_w2s")),
                ByteString.copyFrom(vector.hex("keys/base_s2w")));
    }

    private static Arguments bad(String what, Consumer<Bundle.Builder> change) {
        UnaryOperator<Bundle> changed = bundle -> {
            Bundle.Builder builder = bundle.toBuilder();
            change.accept(builder);
            return builder.build();
        };
        return Arguments.of(what, changed);
    }

    private static ByteString bytes(int length) {
        return ByteString.copyFrom(new byte[length]);
    }

    private static ByteString address(int... octets) {
        return ByteString.copyFrom(append(new byte[0], octets));
    }

    private static byte[] append(byte[] head, int... tail) {
        byte[] narrowed = new byte[tail.length];
        for (int i = 0; i < tail.length; i++) {
            narrowed[i] = (byte) tail[i];
        }
        return append(head, narrowed);
    }

    private static byte[] append(byte[] head, byte[] tail) {
        return ByteBuffer.allocate(head.length + tail.length)
                .put(head)
                .put(tail)
                .array();
    }

    private static byte[] repeated(int value, int times) {
        byte[] bytes = new byte[times];
        Arrays.fill(bytes, (byte) value);
        return bytes;
    }

    private static byte[] framed(byte[] message) {
        byte[] head = ByteBuffer.allocate(HEADER_BYTES + message.length)
                .put(new byte[] {'S', 'W', 'P', 'B', 1})
                .putInt(message.length)
                .put(message)
                .array();
        return append(head, sha256(head));
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    /** Keeps the arrays it was asked to fill. */
    private static final class RecordingInput extends ByteArrayInputStream {

        private final List<byte[]> buffers = new ArrayList<>();

        RecordingInput(byte[] content) {
            super(content);
        }

        @Override
        public int readNBytes(byte[] target, int offset, int length) {
            buffers.add(target);
            return super.readNBytes(target, offset, length);
        }
    }
}
