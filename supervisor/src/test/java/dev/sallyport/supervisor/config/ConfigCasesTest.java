package dev.sallyport.supervisor.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.supervisor.RuntimeConfig;
import dev.sallyport.supervisor.SecretSource;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The configuration cases of the protocol's catalogue, at the level of the file. */
class ConfigCasesTest extends ConfigTestCase {

    private static final String IPC = "runtime.platform.execution_ipc.";
    private static final String HEX_A = "a1".repeat(32);
    private static final String HEX_B = "b2".repeat(32);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0.0.0.0",
                "'::'",
                "192.168.1.10",
                "''",
                "localhost",
                "127.0.0.2",
                "'0:0:0:0:0:0:0:1'",
                "127.1",
                "8"
            })
    @DisplayName("C01 a host that is not a literal loopback address is refused")
    void C01_bindHost(String host) {
        ConfigError error = error(ipc("bind_host: " + host));

        assertPlace(error, "E_CONFIG_BIND", IPC + "bind_host", 5, 18);
        assertThat(error.allowed()).containsExactly("127.0.0.1", "::1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "65536", "99999999999999999999"})
    @DisplayName("C01 a port out of range is refused")
    void C01_bindPort(String port) {
        assertPlace(error(ipc("bind_port: " + port)), "E_CONFIG_BIND", IPC + "bind_port", 5, 18);
    }

    @Test
    @DisplayName("C01 both literal loopback addresses are taken")
    void C01_loopbacks() {
        assertThat(validIpc(ipc("bind_host: 127.0.0.1", "bind_port: 65535"))
                        .bindAddress()
                        .toString())
                .contains("127.0.0.1:65535");
        assertThat(validIpc(ipc("bind_host: ::1")).bindAddress().getAddress().getHostAddress())
                .isEqualTo("0:0:0:0:0:0:0:1");
    }

    @Test
    @DisplayName("C02 static without a secret")
    void C02_staticWithoutSecret() {
        assertPlace(error(auth(List.of("secret_mode: static"))), "E_CONFIG_SECRET", IPC + "auth.secret_file", 5, 7);
        assertPlace(
                error(auth(List.of("secret_mode: static", "kdf: hkdf_sha256"))),
                "E_CONFIG_SECRET",
                IPC + "auth.secret_file",
                5,
                7);
        ConfigError group = error(auth(List.of("secret_mode: static"), "process_groups:", "  - name: one"));
        assertPlace(group, "E_CONFIG_SECRET", "runtime.platform.process_groups[0].secret_file", 8, 9);
    }

    @ParameterizedTest
    @ValueSource(strings = {"abc", "00112233445566778899aabbccddeeff0011223344556677", "odd-hex", "", "65-bytes"})
    @DisplayName("C02 a secret that is too short, too long or malformed is refused and not echoed")
    void C02_badSecret(String text) throws IOException {
        String secret = text.equals("odd-hex") ? "c".repeat(65) : text.equals("65-bytes") ? "dd".repeat(65) : text;
        secretFile("bad.hex", secret);

        ConfigError inFile = error(auth(List.of("secret_mode: static", "kdf: hkdf_sha256", "secret_file: bad.hex")));
        ConfigError inline = error(auth(List.of("secret_mode: static", "secret: '" + secret + "'")));

        assertPlace(inFile, "E_CONFIG_SECRET", IPC + "auth.secret_file", 8, 22);
        assertPlace(inline, "E_CONFIG_SECRET", IPC + "auth.secret", 7, 17);
        if (!secret.isEmpty()) {
            assertThat(inFile.toString() + inline).doesNotContain(secret);
        }
    }

    @Test
    @DisplayName("C02 a secret file that others may read, or that is not there, is refused")
    void C02_unsafeSecretFile() throws IOException {
        file("open.hex", HEX_A, "rw-r-----");

        ConfigError open = error(auth(List.of("secret_mode: static", "secret_file: open.hex")));
        ConfigError absent = error(auth(List.of("secret_mode: static", "secret_file: absent.hex")));

        assertPlace(open, "E_CONFIG_SECRET", IPC + "auth.secret_file", 7, 22);
        assertThat(open.message()).contains("chmod 600");
        assertPlace(absent, "E_CONFIG_SECRET", IPC + "auth.secret_file", 7, 22);
        assertThat(absent.message()).contains("no such file");
    }

    @Test
    @DisplayName("C03 generated with a secret supplied")
    void C03_generatedWithSecret() throws IOException {
        secretFile("a.hex", HEX_A);

        assertPlace(error(auth(List.of("secret: " + HEX_A))), "E_CONFIG_CONFLICT", IPC + "auth.secret", 6, 17);
        assertPlace(
                error(auth(List.of("secret_mode: generated", "secret_file: a.hex"))),
                "E_CONFIG_CONFLICT",
                IPC + "auth.secret_file",
                7,
                22);
        assertPlace(
                error(auth(List.of("kdf: none"), "process_groups:", "  - {name: one, secret_file: a.hex}")),
                "E_CONFIG_CONFLICT",
                "runtime.platform.process_groups[0].secret_file",
                8,
                34);
    }

    @Test
    @DisplayName("C03 secret and secret_file exclude each other")
    void C03_twoSecrets() throws IOException {
        secretFile("a.hex", HEX_A);

        assertPlace(
                error(auth(List.of("secret_mode: static", "secret: " + HEX_A, "secret_file: a.hex"))),
                "E_CONFIG_CONFLICT",
                IPC + "auth.secret",
                7,
                17);
    }

    @Test
    @DisplayName("C04 kdf none, two groups, one secret")
    void C04_sharedSecret() throws IOException {
        secretFile("a.hex", HEX_A);
        secretFile("copy.hex", " " + HEX_A.toUpperCase(java.util.Locale.ROOT) + "\n");
        String[] common = auth(
                List.of("secret_mode: static", "secret_file: a.hex"), "process_groups: [{name: one}, {name: two}]");
        String[] copied = auth(
                List.of("secret_mode: static"),
                "process_groups:",
                "  - {name: one, secret_file: a.hex}",
                "  - {name: two, secret_file: copy.hex}");

        assertPlace(error(common), "E_CONFIG_ISOLATION", IPC + "auth.secret_file", 7, 22);
        assertPlace(error(copied), "E_CONFIG_ISOLATION", "runtime.platform.process_groups[1].secret_file", 9, 34);
    }

    @Test
    @DisplayName("C04 kdf none, two workers in a group (X05)")
    void C04_twoWorkersOneSecret() throws IOException {
        secretFile("a.hex", HEX_A);

        assertPlace(
                error(auth(
                        List.of("secret_mode: static"),
                        "process_groups:",
                        "  - {name: one, workers: 2, secret_file: a.hex}")),
                "E_CONFIG_ISOLATION",
                "runtime.platform.process_groups[0].workers",
                8,
                30);
    }

    @Test
    @DisplayName("C04 kdf none, a worker and its replacement would share one secret")
    void C04_replacementWouldShareTheSecret() throws IOException {
        secretFile("a.hex", HEX_A);

        assertPlace(
                error(auth(
                        List.of("secret_mode: static"),
                        "process_groups:",
                        "  - {name: one, secret_file: a.hex, max_age: 1h}")),
                "E_CONFIG_ISOLATION",
                "runtime.platform.process_groups[0].max_age",
                8,
                50);
    }

    @Test
    @DisplayName("C04 kdf none with one secret for each group is taken, with warnings")
    void C04_ownSecrets() throws IOException {
        Path a = secretFile("a.hex", HEX_A);
        secretFile("b.hex", HEX_B);

        LoadedConfig loaded = load(auth(
                List.of("secret_mode: static", "kdf: none"),
                "process_groups:",
                "  - {name: one, secret_file: a.hex}",
                "  - {name: two, secret_file: b.hex}"));

        RuntimeConfig config = loaded.config();
        assertThat(Objects.requireNonNull(config.ipc()).secret()).isNull();
        assertThat(config.groups().get(0).secret()).isEqualTo(new SecretSource.File(a));
        assertThat(loaded.warnings())
                .extracting(ConfigWarning::code)
                .containsExactly(ConfigWarning.Code.W_STATIC_SECRET, ConfigWarning.Code.W_GROUP_ISOLATION);
    }

    @Test
    @DisplayName("C05 an unknown key is refused, with the one that was probably meant")
    void C05_unknownKey() {
        ConfigError error = error(ipc("max_payload: 4096"));

        assertPlace(error, "E_CONFIG_UNKNOWN", IPC + "max_payload", 5, 7);
        assertThat(error.allowed()).contains("max_payload_bytes", "bind_host");
        assertThat(error(platform("bootstap: {}")).message()).contains("did you mean bootstrap?");
        assertThat(error("runtime.platform.bootstrap.mode: inline").message()).contains("nested");
    }

    @Test
    @DisplayName("C05 duplicate keys are refused")
    void C05_duplicateKeys() {
        ConfigError error = error(ipc("bind_port: 1", "bind_port: 2"));

        assertPlace(error, "E_CONFIG_DUPLICATE", IPC + "bind_port", 6, 7);
        assertThat(error.message()).contains("line 5");
    }

    @Test
    @DisplayName("C05 unknown transport, auth.mode and restart.policy")
    void C05_unknownValues() {
        assertPlace(error(platform("execution_ipc: {transport: udp}")), "E_CONFIG_UNKNOWN", IPC + "transport", 3, 32);
        assertPlace(error(auth(List.of("mode: none"))), "E_CONFIG_UNKNOWN", IPC + "auth.mode", 6, 15);
        assertPlace(
                error(platform("process_groups: [{name: a, restart: {policy: always}}]")),
                "E_CONFIG_UNKNOWN",
                "runtime.platform.process_groups[0].restart.policy",
                3,
                50);
    }

    @Test
    @DisplayName("C06 write_stall_timeout_ms must stay below half of the ttl")
    void C06_writeStallAgainstTtl() {
        assertPlace(
                error(ipc("write_stall_timeout_ms: 15000")),
                "E_CONFIG_RELATION",
                IPC + "write_stall_timeout_ms",
                5,
                31);
        assertThat(validIpc(ipc("write_stall_timeout_ms: 14999")).writeStallTimeout())
                .isEqualTo(Duration.ofMillis(14_999));
    }

    @Test
    @DisplayName("busy_poll_us is off unless asked for, and 1000 at most")
    void busyPoll() {
        assertThat(validIpc(PROCESS).busyPoll()).isZero();
        assertThat(validIpc(ipc("busy_poll_us: 100")).busyPoll()).isEqualTo(Duration.ofNanos(100_000));
        ConfigError error = error(ipc("busy_poll_us: 1001"));
        assertPlace(error, "E_CONFIG_LIMIT", IPC + "busy_poll_us", 5, 21);
        assertThat(error.allowed()).containsExactly("0 to 1000");
    }

    @Test
    @DisplayName("C06 the default write-stall time-out follows a short ttl")
    void C06_defaultFollowsTtl() {
        assertThat(validIpc(auth(List.of("ttl_seconds: 3"))).writeStallTimeout())
                .isEqualTo(Duration.ofSeconds(1));
        assertThat(validIpc(auth(List.of("ttl_seconds: 3600"))).writeStallTimeout())
                .isEqualTo(Duration.ofSeconds(10));
    }

    @Test
    @DisplayName("C06 nonce_cache_size must be at least 64 for each worker")
    void C06_nonceCacheAgainstWorkers() {
        String groups = "process_groups: [{name: a, workers: 3}, {name: b}]";

        assertPlace(
                error(auth(List.of("nonce_cache_size: 255"), groups)),
                "E_CONFIG_RELATION",
                IPC + "auth.nonce_cache_size",
                6,
                27);
        assertThat(validIpc(auth(List.of("nonce_cache_size: 256"), groups)).nonceCacheSize())
                .isEqualTo(256);
    }

    @ParameterizedTest
    @ValueSource(strings = {"4095", "2147483647", "67108865", "0", "-1"})
    @DisplayName("S01 max_payload_bytes below the floor or above what memory may hold")
    void S01_payloadLimit(String bytes) {
        ConfigError error = error(ipc("max_payload_bytes: " + bytes));

        assertPlace(error, "E_CONFIG_LIMIT", IPC + "max_payload_bytes", 5, 26);
        assertThat(error.allowed()).containsExactly("4096 to 67108864");
    }

    @Test
    @DisplayName("S01 max_payload_bytes at the floor")
    void S01_payloadFloor() {
        assertThat(validIpc(ipc("max_payload_bytes: 4096")).maxPayloadBytes()).isEqualTo(4096);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "3601"})
    @DisplayName("T05 ttl_seconds out of range")
    void T05_ttl(String seconds) {
        assertPlace(error(auth(List.of("ttl_seconds: " + seconds))), "E_CONFIG_TTL", IPC + "auth.ttl_seconds", 6, 22);
    }
}
