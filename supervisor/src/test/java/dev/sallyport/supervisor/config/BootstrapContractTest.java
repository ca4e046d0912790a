package dev.sallyport.supervisor.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.supervisor.RuntimeConfig;
import dev.sallyport.supervisor.RuntimeConfig.ExecutionIpc;
import dev.sallyport.supervisor.RuntimeConfig.Mode;
import dev.sallyport.transport.TransportConfig.Kdf;
import dev.sallyport.transport.TransportConfig.SecretMode;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class BootstrapContractTest extends ConfigTestCase {

    private static final String SECRET = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

    @Test
    @DisplayName("BOOT-CFG-01 an unsupported bootstrap.mode is rejected")
    void BOOT_CFG_01_unsupportedModeIsRejected() {
        ConfigError error = error(platform("bootstrap:", "  mode: process-supervisor"));

        assertPlace(error, "BOOT-CFG-01", "runtime.platform.bootstrap.mode", 4, 13);
        assertThat(error.allowed()).containsExactly("inline", "process_supervisor");
        assertThat(error.message()).contains("did you mean process_supervisor?");
    }

    @Test
    @DisplayName("BOOT-CFG-02 an unsupported auth.secret_mode is rejected")
    void BOOT_CFG_02_unsupportedSecretModeIsRejected() {
        ConfigError error = error(auth(List.of("secret_mode: vault")));

        assertPlace(error, "BOOT-CFG-02", "runtime.platform.execution_ipc.auth.secret_mode", 6, 22);
        assertThat(error.allowed()).containsExactly("static", "generated");
    }

    @Test
    @DisplayName("BOOT-CFG-03 an unsupported auth.kdf is rejected")
    void BOOT_CFG_03_unsupportedKdfIsRejected() {
        ConfigError error = error(auth(List.of("kdf: hkdf_sha512")));

        assertPlace(error, "BOOT-CFG-03", "runtime.platform.execution_ipc.auth.kdf", 6, 14);
        assertThat(error.allowed()).containsExactly("none", "hkdf_sha256");
        assertThat(error.message()).contains("did you mean hkdf_sha256?");
    }

    @Test
    @DisplayName("BOOT-CFG-01..03 are all told at once")
    void BOOT_CFG_01_02_03_areToldAtOnce() {
        List<ConfigError> errors = errors(auth(List.of("secret_mode: true", "kdf: 7"), "bootstrap:", "  mode: INLINE"));

        assertThat(errors).extracting(ConfigError::code).containsExactly("BOOT-CFG-02", "BOOT-CFG-03", "BOOT-CFG-01");
    }

    @Test
    @DisplayName("BOOT-CFG-04 mode defaults to inline")
    void BOOT_CFG_04_modeDefaultsToInline() {
        for (String text : List.of("", "{}", "runtime: {}", "runtime: {platform: {bootstrap: {}}}")) {
            RuntimeConfig config = valid(text);
            assertThat(config.mode()).isEqualTo(Mode.INLINE);
            assertThat(config.ipc()).isNull();
        }
    }

    @Test
    @DisplayName("BOOT-CFG-04 kdf defaults follow secret_mode")
    void BOOT_CFG_04_kdfDefaultsFollowSecretMode() {
        ExecutionIpc plain = validIpc(ipc());
        ExecutionIpc generated = validIpc(auth(List.of("secret_mode: generated")));
        ExecutionIpc fixed = validIpc(auth(List.of("secret_mode: static", "secret: " + SECRET)));

        assertThat(plain.secretMode()).isEqualTo(SecretMode.GENERATED);
        assertThat(plain.kdf()).isEqualTo(Kdf.HKDF_SHA256);
        assertThat(generated.kdf()).isEqualTo(Kdf.HKDF_SHA256);
        assertThat(fixed.kdf()).isEqualTo(Kdf.NONE);
    }

    @Test
    @DisplayName("BOOT-CFG-05 process_supervisor requires execution_ipc.transport=tcp_local")
    void BOOT_CFG_05_processModeRequiresTcpLocal() {
        ConfigError absent = error(platform("bootstrap: {mode: process_supervisor}"));
        assertPlace(absent, "BOOT-CFG-05", "runtime.platform.execution_ipc.transport", 2, 3);
        assertThat(absent.allowed()).containsExactly("tcp_local");

        ConfigError empty = error(platform("bootstrap: {mode: process_supervisor}", "execution_ipc: {bind_port: 0}"));
        assertPlace(empty, "BOOT-CFG-05", "runtime.platform.execution_ipc.transport", 4, 5);

        assertThat(valid(PROCESS).mode()).isEqualTo(Mode.PROCESS_SUPERVISOR);
    }

    @Test
    @DisplayName("BOOT-SUM-01 the memory profile shows inline, and null for secret_mode and kdf")
    void BOOT_SUM_01_memoryProfile() {
        RuntimeSummary summary = RuntimeSummary.of(valid("{}"));

        assertThat(summary).hasToString("bootstrap_mode=inline, transport=memory, secret_mode=null, kdf=null");
        assertThat(summary.text())
                .containsPattern("(?m)^bootstrap_mode +inline$")
                .containsPattern("(?m)^secret_mode +null$")
                .containsPattern("(?m)^kdf +null$");
        assertThat(summary.json())
                .contains("\"bootstrap_mode\" : \"inline\"", "\"secret_mode\" : null", "\"kdf\" : null");
    }

    @Test
    @DisplayName("BOOT-SUM-01 settings that memory does not use are not shown as if they were")
    void BOOT_SUM_01_memoryProfileIgnoresAuth() {
        LoadedConfig loaded = load(platform("execution_ipc: {auth: {secret_mode: generated}}"));

        assertThat(RuntimeSummary.of(loaded.config()))
                .hasToString("bootstrap_mode=inline, transport=memory, secret_mode=null, kdf=null");
        assertThat(loaded.warnings()).extracting(ConfigWarning::code).containsExactly(ConfigWarning.Code.W_NO_EFFECT);
    }

    @Test
    @DisplayName("BOOT-SUM-02 otherwise the effective values are shown, and never a secret")
    void BOOT_SUM_02_effectiveValues() {
        RuntimeSummary generated = RuntimeSummary.of(valid(PROCESS));
        assertThat(generated)
                .hasToString(
                        "bootstrap_mode=process_supervisor, transport=tcp_local, secret_mode=generated, kdf=hkdf_sha256");
        assertThat(generated.text())
                .containsPattern("(?m)^bind_host +127\\.0\\.0\\.1$")
                .containsPattern("(?m)^max_payload_bytes +1048576$")
                .containsPattern("(?m)^ttl_seconds +30$");

        RuntimeConfig fixed = valid(auth(List.of("secret_mode: static", "kdf: hkdf_sha256", "secret: " + SECRET)));
        RuntimeSummary summary = RuntimeSummary.of(fixed);
        assertThat(summary)
                .hasToString("bootstrap_mode=inline, transport=tcp_local, secret_mode=static, kdf=hkdf_sha256");
        assertThat(summary.text() + summary.json() + fixed).doesNotContainIgnoringCase(SECRET.substring(0, 16));
    }

    @Test
    @DisplayName("BOOT-SUM-02 groups show their shape, and neither arguments nor values of variables")
    void BOOT_SUM_02_groups() {
        RuntimeSummary summary = RuntimeSummary.of(valid(
                PROCESS + "    process_groups:",
                "      - {name: score, command: [python3, --token=canary-1], env: {TOKEN: canary-2}, workers: 3}",
                "      - {name: parse, depends_on: [score], max_concurrent_calls: 7, restart: {policy: transient}}"));

        assertThat(summary.text())
                .containsPattern(
                        "(?m)^group +workers +max_concurrent_calls +restart +depends_on +program +discovery_roots$")
                .containsPattern("(?m)^score +3 +3072 +permanent +- +python3 +-$")
                .containsPattern("(?m)^parse +1 +7 +transient +score +worker runtime +-$")
                .doesNotContain("canary");
        assertThat(summary.json()).contains("\"TOKEN\"").doesNotContain("canary");
    }
}
