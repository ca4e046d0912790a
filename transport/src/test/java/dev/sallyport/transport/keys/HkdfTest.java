package dev.sallyport.transport.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.Security;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Both HKDF implementations against RFC 5869, Wycheproof, and each other. */
class HkdfTest {

    static Stream<Hkdf> implementations() {
        return Stream.of(new JdkHkdf(), new BouncyCastleHkdf());
    }

    @ParameterizedTest
    @MethodSource("implementations")
    void rfc5869(Hkdf hkdf) {
        List<Map<String, byte[]>> cases = rfcCases(SharedVectors.read("rfc5869_hkdf_sha256.txt"));
        assertThat(cases).hasSize(3);
        for (Map<String, byte[]> c : cases) {
            byte[] prk = hkdf.extract(field(c, "salt"), field(c, "IKM"));
            assertThat(prk).isEqualTo(field(c, "PRK"));
            assertThat(hkdf.expand(prk, field(c, "info"), field(c, "OKM").length))
                    .isEqualTo(field(c, "OKM"));
        }
    }

    @ParameterizedTest
    @MethodSource("implementations")
    void wycheproofHkdf(Hkdf hkdf) {
        JsonNode file = JsonMapper.shared().readTree(SharedVectors.read("wycheproof_hkdf_sha256_test.json"));
        int judged = 0;
        for (JsonNode test : tests(file)) {
            byte[] prk = hkdf.extract(hex(test, "salt"), hex(test, "ikm"));
            byte[] info = hex(test, "info");
            int size = test.get("size").asInt();
            if (test.get("result").asString().equals("valid")) {
                assertThat(hkdf.expand(prk, info, size))
                        .as("tcId %s", test.get("tcId"))
                        .isEqualTo(hex(test, "okm"));
            } else {
                assertThatThrownBy(() -> hkdf.expand(prk, info, size)).isInstanceOf(IllegalArgumentException.class);
            }
            judged++;
        }
        assertThat(judged).isEqualTo(file.get("numberOfTests").asInt());
    }

    /** Extract is HMAC with the salt as its key. */
    @ParameterizedTest
    @MethodSource("implementations")
    void wycheproofHmac(Hkdf hkdf) {
        JsonNode file = JsonMapper.shared().readTree(SharedVectors.read("wycheproof_hmac_sha256_test.json"));
        int judged = 0;
        for (JsonNode test : tests(file)) {
            byte[] claimed = hex(test, "tag");
            byte[] tag = Arrays.copyOf(hkdf.extract(hex(test, "key"), hex(test, "msg")), claimed.length);
            boolean valid = test.get("result").asString().equals("valid");
            assertThat(Arrays.equals(tag, claimed))
                    .as("tcId %s", test.get("tcId"))
                    .isEqualTo(valid);
            judged++;
        }
        assertThat(judged).isEqualTo(file.get("numberOfTests").asInt());
    }

    @Test
    void bothAgreeOnRandomInputs() {
        long seed = Long.getLong("sallyport.seed", System.nanoTime());
        System.out.println("HkdfTest.bothAgreeOnRandomInputs: -Dsallyport.seed=" + seed);
        Random random = new Random(seed);
        Hkdf jdk = new JdkHkdf();
        Hkdf bouncyCastle = new BouncyCastleHkdf();
        for (int round = 0; round < 2_000; round++) {
            byte[] salt = randomBytes(random, random.nextInt(100));
            byte[] ikm = randomBytes(random, random.nextInt(100));
            byte[] info = randomBytes(random, random.nextInt(200));
            int length = 1 + random.nextInt(round % 100 == 0 ? Hkdf.MAX_OUTPUT_BYTES : 200);
            byte[] prk = jdk.extract(salt, ikm);
            assertThat(prk).hasSize(Hkdf.HASH_BYTES).isEqualTo(bouncyCastle.extract(salt, ikm));
            assertThat(jdk.expand(prk, info, length)).hasSize(length).isEqualTo(bouncyCastle.expand(prk, info, length));
        }
    }

    @ParameterizedTest
    @MethodSource("implementations")
    void argumentsAreKeptAsTheyWere(Hkdf hkdf) {
        byte[] salt = {1, 2, 3};
        byte[] key = new byte[40];
        Arrays.fill(key, (byte) 7);
        hkdf.extract(salt, key);
        hkdf.expand(key, salt, 100);
        assertThat(salt).containsExactly(1, 2, 3);
        assertThat(key).containsOnly(7);
    }

    @ParameterizedTest
    @MethodSource("implementations")
    void outOfRangeIsRefused(Hkdf hkdf) {
        byte[] prk = new byte[32];
        for (int length : new int[] {-1, 0, Hkdf.MAX_OUTPUT_BYTES + 1}) {
            assertThatThrownBy(() -> hkdf.expand(prk, new byte[0], length))
                    .isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> hkdf.expand(new byte[31], new byte[0], 32))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(hkdf.expand(prk, new byte[0], Hkdf.MAX_OUTPUT_BYTES)).hasSize(Hkdf.MAX_OUTPUT_BYTES);
    }

    @Test
    void noSecurityProviderIsRegistered() {
        Hkdf hkdf = new BouncyCastleHkdf();
        hkdf.expand(hkdf.extract(new byte[0], new byte[32]), new byte[0], 32);
        assertThat(Security.getProviders()).noneMatch(p -> p.getName().startsWith("BC"));
    }

    private static List<JsonNode> tests(JsonNode file) {
        return file.get("testGroups")
                .valueStream()
                .flatMap(group -> group.get("tests").valueStream())
                .toList();
    }

    private static byte[] hex(JsonNode test, String name) {
        return HexFormat.of().parseHex(test.get(name).asString());
    }

    private static byte[] field(Map<String, byte[]> fields, String name) {
        return fields.getOrDefault(name, new byte[0]);
    }

    private static byte[] randomBytes(Random random, int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    private static List<Map<String, byte[]>> rfcCases(String text) {
        List<Map<String, byte[]>> cases = new ArrayList<>();
        for (String line : text.lines().toList()) {
            if (line.startsWith("COUNT")) {
                cases.add(new HashMap<>());
            } else if (line.matches("(IKM|salt|info|PRK|OKM) *=.*")) {
                String[] pair = line.split("=", 2);
                cases.get(cases.size() - 1).put(pair[0].trim(), HexFormat.of().parseHex(pair[1].trim()));
            }
        }
        return cases;
    }
}
