package dev.sallyport.transport.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The derivations and transcript hashes, byte for byte against the golden vectors, with both HKDF implementations. */
class KeyScheduleTest {

    static Stream<Arguments> vectors() {
        return Stream.of(new JdkHkdf(), new BouncyCastleHkdf())
                .flatMap(hkdf -> GoldenVector.all().map(vector -> Arguments.of(hkdf, vector)));
    }

    static Stream<Arguments> handshakes() {
        return vectors()
                .flatMap(v -> Stream.of("control", "data").map(lane -> Arguments.of(v.get()[0], v.get()[1], lane)))
                .filter(v -> ((GoldenVector) v.get()[1]).has("lanes/" + v.get()[2]));
    }

    @ParameterizedTest
    @MethodSource("vectors")
    void everyKeyIsTheGoldenOne(Hkdf hkdf, GoldenVector vector) {
        Secret workKey = vector.secret("keys/k_work");
        if (vector.has("keys/prk_root")) {
            Secret prkRoot = KeySchedule.prkRoot(hkdf, vector.hex("boot_id"), vector.secret("master_secret"));
            assertThat(hex(prkRoot)).isEqualTo(vector.text("keys/prk_root"));
            Secret group = KeySchedule.groupKey(hkdf, prkRoot, vector.text("group"));
            assertThat(hex(group)).isEqualTo(vector.text("keys/k_group"));
            workKey = KeySchedule.workKey(
                    hkdf, group, vector.text("worker"), vector.peer().incarnation(), vector.hex("spawn_nonce"));
            assertThat(hex(workKey)).isEqualTo(vector.text("keys/k_work"));
        }
        assertThat(hex(KeySchedule.keyId(hkdf, workKey))).isEqualTo(vector.text("keys/key_id"));
        for (Direction direction : Direction.values()) {
            String d = direction.label();
            Secret base = KeySchedule.base(hkdf, workKey, direction);
            assertThat(hex(base)).isEqualTo(vector.text("keys/base_" + d));
            assertThat(hex(KeySchedule.handshakeKey(hkdf, base))).isEqualTo(vector.text("keys/hs_" + d));
            assertThat(hex(KeySchedule.sessionIkm(hkdf, base))).isEqualTo(vector.text("keys/sik_" + d));
        }
    }

    @ParameterizedTest
    @MethodSource("handshakes")
    void transcriptAndSessionKeysAreTheGoldenOnes(Hkdf hkdf, GoldenVector vector, String lane) {
        String at = "lanes/" + lane + "/";
        byte[] th0 = KeySchedule.th0(
                vector.hex("boot_id"),
                vector.address().getAddress().getAddress(),
                vector.address().getPort());
        byte[] th1 = KeySchedule.next(th0, vector.hex(at + "hello"));
        byte[] th2 = KeySchedule.next(th1, vector.hex(at + "challenge"));
        byte[] th3 = KeySchedule.next(th2, vector.hex(at + "finish"));
        assertThat(Stream.of(th0, th1, th2, th3).map(HexFormat.of()::formatHex))
                .containsExactly(
                        vector.text(at + "th0"),
                        vector.text(at + "th1"),
                        vector.text(at + "th2"),
                        vector.text(at + "th3"));

        try (PeerKeys keys = vector.peerKeys(hkdf)) {
            for (Direction direction : Direction.values()) {
                String d = direction.label();
                assertThat(hex(keys.handshake(direction))).isEqualTo(vector.text("keys/hs_" + d));
                assertThat(hex(keys.session(direction, th3, vector.hex(at + "session_id"))))
                        .isEqualTo(vector.text(at + "k_" + d));
            }
        }
    }

    @Test
    void noTwoGoldenKeysAreTheSame() {
        Set<String> seen = new HashSet<>();
        List<GoldenVector> distinct =
                GoldenVector.all().filter(v -> !v.text("addr").equals("::1")).toList();
        for (GoldenVector vector : distinct) {
            for (String name : List.of("k_work", "base_w2s", "base_s2w", "hs_w2s", "hs_s2w", "sik_w2s", "sik_s2w")) {
                assertThat(seen.add(vector.text("keys/" + name)))
                        .as("%s of %s", name, vector)
                        .isTrue();
            }
        }
    }

    @Test
    void sessionKeysDifferByTranscriptSessionAndDirection() {
        byte[] th3 = new byte[32];
        byte[] otherTh3 = new byte[32];
        otherTh3[31] = 1;
        byte[] session = new byte[16];
        byte[] otherSession = new byte[16];
        otherSession[0] = 1;
        try (PeerKeys keys = GoldenVector.first().peerKeys(new JdkHkdf())) {
            assertThat(Stream.of(
                                    keys.session(Direction.W2S, th3, session),
                                    keys.session(Direction.S2W, th3, session),
                                    keys.session(Direction.W2S, otherTh3, session),
                                    keys.session(Direction.W2S, th3, otherSession))
                            .map(KeyScheduleTest::hex))
                    .doesNotHaveDuplicates();
        }
    }

    @Test
    void transcriptNamesBootAddressAndPort() {
        byte[] boot = new byte[16];
        byte[] otherBoot = new byte[16];
        otherBoot[15] = 1;
        byte[] v4 = {127, 0, 0, 1};
        byte[] v6 = new byte[16];
        v6[15] = 1;
        assertThat(Stream.of(
                                KeySchedule.th0(boot, v4, 256),
                                KeySchedule.th0(boot, v4, 1),
                                KeySchedule.th0(boot, v4, 65_535),
                                KeySchedule.th0(boot, v6, 256),
                                KeySchedule.th0(otherBoot, v4, 256))
                        .map(HexFormat.of()::formatHex))
                .doesNotHaveDuplicates();
    }

    @Test
    void infoIsInjective() {
        assertThat(Stream.of(
                                KeySchedule.info("ab"),
                                KeySchedule.info("a", bytes("b")),
                                KeySchedule.info("a", bytes("b"), bytes("")),
                                KeySchedule.info("a", bytes(""), bytes("b")),
                                KeySchedule.info("a", bytes("bc"), bytes("d")),
                                KeySchedule.info("a", bytes("b"), bytes("cd")),
                                KeySchedule.info("", bytes("ab")))
                        .map(HexFormat.of()::formatHex))
                .doesNotHaveDuplicates();
        assertThat(KeySchedule.info("a", bytes("bc")))
                .isEqualTo(HexFormat.of().parseHex("53575031" + "01" + "61" + "01" + "0002" + "6263"));
    }

    @Test
    void infoRefusesWhatItsLengthsCannotSay() {
        assertThatThrownBy(() -> KeySchedule.info("x".repeat(256))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> KeySchedule.info("a", new byte[256][0])).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> KeySchedule.info("a", new byte[65_536])).isInstanceOf(IllegalArgumentException.class);
        assertThat(KeySchedule.info("a", new byte[65_535])).hasSize(4 + 2 + 1 + 2 + 65_535);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static String hex(Secret secret) {
        return secret.use(HexFormat.of()::formatHex);
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }
}
