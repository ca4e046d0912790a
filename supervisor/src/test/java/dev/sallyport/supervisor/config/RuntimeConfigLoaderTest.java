package dev.sallyport.supervisor.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sallyport.supervisor.SecretSource;
import dev.sallyport.supervisor.SupervisorException;
import dev.sallyport.supervisor.SupervisorException.Category;
import dev.sallyport.transport.RejectedException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RuntimeConfigLoaderTest extends ConfigTestCase {

    /** A secret that no output may show: 32 bytes in hex. */
    private static final String CANARY = "5ec2e7" + "0badc0de".repeat(7) + "cc";

    @Test
    @DisplayName("every mistake is told at once, in the order of the file, with its line and column")
    void allErrorsAtOnce() {
        String yaml = """
                runtime:
                  platform:
                    bootstrap:
                      mode: processes
                    execution_ipc:
                      transport: tcp_local
                      bind_host: 0.0.0.0
                      max_payload_bytes: "4096"
                      auth:
                        secret_mode: vault
                        ttl_seconds: 0
                        ttl_seconds: 30
                    lifecycle:
                      drain_inflight: maybe
                    process_groups:
                      - name: parse
                        worker: 2
                      - workers: many
                  scenarios: {}
                """;

        List<ConfigError> errors = errors(yaml.stripTrailing());

        assertThat(errors)
                .extracting(e -> e.line() + ":" + e.column() + " " + e.code() + " " + e.path())
                .containsExactly(
                        "4:13 BOOT-CFG-01 runtime.platform.bootstrap.mode",
                        "7:18 E_CONFIG_BIND runtime.platform.execution_ipc.bind_host",
                        "8:26 E_CONFIG_TYPE runtime.platform.execution_ipc.max_payload_bytes",
                        "10:22 BOOT-CFG-02 runtime.platform.execution_ipc.auth.secret_mode",
                        "11:22 E_CONFIG_TTL runtime.platform.execution_ipc.auth.ttl_seconds",
                        "12:9 E_CONFIG_DUPLICATE runtime.platform.execution_ipc.auth.ttl_seconds",
                        "14:23 E_CONFIG_TYPE runtime.platform.lifecycle.drain_inflight",
                        "17:9 E_CONFIG_UNKNOWN runtime.platform.process_groups[0].worker",
                        "18:9 E_CONFIG_MISSING runtime.platform.process_groups[1].name",
                        "18:18 E_CONFIG_TYPE runtime.platform.process_groups[1].workers",
                        "19:3 E_CONFIG_UNKNOWN runtime.scenarios");
        assertThat(errors.get(7))
                .hasToString(
                        "17:9 E_CONFIG_UNKNOWN runtime.platform.process_groups[0].worker: no such key; did you mean workers?;"
                                + " allowed: calls, class_path, command, depends_on, discovery_roots, entry, env, jvm_args,"
                                + " max_age, max_concurrent_calls, max_requests, max_rss, name, restart, secret_file, workers");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "runtime: []",
                "- runtime",
                "just text",
                "runtime: {platform: {process_groups: {name: a}}}",
                "runtime: {platform: {process_groups: [a]}}",
                "runtime: {platform: {execution_ipc: }}",
                "runtime: {platform: {execution_ipc: {bind_port: 1.5}}}",
                "runtime: {platform: {execution_ipc: {bind_port: 0x10}}}",
                "runtime: {platform: {bootstrap: {mode: }}}",
                "runtime: {platform: {bootstrap: {mode: !x inline}}}",
                "runtime: {platform: {lifecycle: {drain_inflight: 'true'}}}",
                "? [runtime]\n: {}"
            })
    @DisplayName("a value of the wrong type")
    void wrongType(String yaml) {
        assertThat(error(yaml).code()).isEqualTo("E_CONFIG_TYPE");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "runtime:\n  platform: {\n",
                "runtime:\n\tplatform: {}\n",
                "a: b: c\n",
                "runtime: *unknown\n",
                "runtime: {}\n---\nruntime: {}\n",
                "runtime: \"open\n",
                "runtime: @x\n"
            })
    @DisplayName("text that is not YAML is one error with its place")
    void notYaml(String yaml) {
        ConfigError error = error(yaml);

        assertThat(error.code()).isEqualTo("E_CONFIG_VALUE");
        assertThat(error.message()).startsWith("not valid YAML");
        assertThat(error.line()).isPositive();
    }

    @Test
    @DisplayName("a tab and a key that is given twice are told in plain words, with their place")
    void tabAndDuplicate() {
        assertThat(error("runtime:\n\tplatform: {}\n").toString())
                .isEqualTo("2:1 E_CONFIG_VALUE not valid YAML: a tab, where YAML takes spaces only");
        assertThat(error("runtime: *(TAB)\n").toString()).doesNotContain("a tab");
        assertThat(error("runtime:\n  scenario: {id: a}\n  scenario: {id: b}\n").toString())
                .isEqualTo("3:3 E_CONFIG_DUPLICATE runtime.scenario: given twice; the first is in line 2");
    }

    @Test
    @DisplayName("an alias that contains itself ends")
    void recursiveAlias() {
        assertThat(errors("runtime: &r {platform: *r}")).isNotEmpty();
    }

    @Test
    @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    @DisplayName("a section that merges itself is one error with its place, and ends")
    void selfMerge() {
        assertThat(error("runtime: &r\n  <<: *r\n").toString())
                .isEqualTo("2:7 E_CONFIG_VALUE an alias within what it stands for");
        assertThat(error("runtime: &r {<<: [{<<: *r}]}\n").code()).isEqualTo("E_CONFIG_VALUE");
    }

    @Test
    @DisplayName("levels without end are one error, and cost no stack")
    void manyLevels() {
        assertThat(error("[".repeat(200_000)).toString()).isEqualTo("1:65 E_CONFIG_VALUE more than 64 levels");
        assertThat(error("{a: ".repeat(100_000)).message()).isEqualTo("more than 64 levels");
    }

    @Test
    @DisplayName("aliases that multiply are one error")
    void manyAliases() {
        String bomb = "a: &a [x, x]\nb: &b [" + "*a, ".repeat(60) + "]\nruntime: *b\n";
        assertThat(error(bomb).message()).isEqualTo("too many aliases");
    }

    @Test
    @DisplayName("a YAML version that nobody here reads is told as that")
    void otherYamlVersion() {
        assertThat(error("%YAML 2.0\n---\nruntime: {}\n").message()).isEqualTo("a YAML version other than 1.x");
    }

    @Test
    @DisplayName("files that are absent, too large or not UTF-8 are told without a place")
    void unreadableFiles() throws IOException {
        Path large = Files.writeString(folder.resolve("large.yml"), "#".repeat((1 << 20) + 1));
        Path latin = Files.write(folder.resolve("latin.yml"), new byte[] {'#', (byte) 0xe9});

        for (Path file : List.of(large, latin, folder.resolve("absent.yml"), folder)) {
            SupervisorException thrown =
                    catchThrowableOfType(SupervisorException.class, () -> RuntimeConfigLoader.load(file));
            assertThat(thrown.category()).isEqualTo(Category.CONFIGURATION);
            assertThat(thrown).hasMessageContaining("E_CONFIG_FILE").hasMessageContaining(file.toString());
        }
    }

    @Test
    @DisplayName("relative paths start at the file's folder, wherever the program runs")
    void relativePaths() throws IOException {
        Path secret = secretFile("s.hex", CANARY);
        String yaml =
                String.join("\n", auth(List.of("secret_mode: static", "kdf: hkdf_sha256", "secret_file: ../x/s.hex")));
        Files.createDirectory(folder.resolve("x"));
        Path moved = Files.move(secret, folder.resolve("x/s.hex"));
        Path file =
                Files.writeString(Files.createDirectory(folder.resolve("conf")).resolve("a.yml"), yaml);

        LoadedConfig loaded = RuntimeConfigLoader.load(file);

        assertThat(Objects.requireNonNull(loaded.config().ipc()).secret()).isEqualTo(new SecretSource.File(moved));
    }

    @Test
    @DisplayName("KEY-IPC-04 an inline secret is in no toString, summary or warning, and can be taken once")
    void KEY_IPC_04_inlineSecret() {
        LoadedConfig loaded = load(auth(List.of("secret_mode: static", "kdf: hkdf_sha256", "secret: " + CANARY)));

        RuntimeSummary summary = RuntimeSummary.of(loaded.config());
        assertThat(loaded + summary.text() + summary.json() + summary).doesNotContainIgnoringCase(CANARY);
        assertThat(loaded.warnings())
                .extracting(ConfigWarning::code)
                .containsExactly(ConfigWarning.Code.W_STATIC_SECRET, ConfigWarning.Code.W_INLINE_SECRET);
        SecretSource source = Objects.requireNonNull(loaded.config().ipc()).secret();
        assertThat(source).isInstanceOfSatisfying(SecretSource.Given.class, given -> {
            assertThat(given.take()).hasSize(32);
            assertThatThrownBy(given::take)
                    .isInstanceOf(RejectedException.class)
                    .hasMessageContaining("load the configuration again");
        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "runtime: {platform: {execution_ipc: {auth: {secret: X, secret_mode: generated}}}}",
                "runtime: {platform: {execution_ipc: {auth: {secret: X X, secret_mode: static}}}}",
                "runtime: {platform: {execution_ipc: {auth: {secret: [X], secret_mode: static}}}}",
                "runtime: {platform: {execution_ipc: {auth: {secrt: X}}}}",
                "runtime: {platform: {execution_ipc: {auth: {secret_file: X, secret_mode: static}}}}",
                "runtime: {platform: {execution_ipc: {auth: {kdf: X}}}}",
                "runtime: {platform: {execution_ipc: {auth: {ttl_seconds: X}}}}",
                "runtime: {platform: {execution_ipc: {bind_host: X}}}",
                "runtime: {platform: {process_groups: [{name: X-X}]}}",
                "runtime: {platform: {process_groups: [{name: a, depends_on: [X]}]}}",
                "runtime: {platform: {process_groups: [{name: a, class_path: [X]}]}}",
                "runtime: {platform: {process_groups: [{name: a, max_age: X}]}}",
                "runtime: {platform: {process_groups: [{name: a, env: ['X=1 ']}]}}",
                "runtime: {platform: {execution_ipc: {auth: {secret: *X}}}}",
                "runtime: {platform: {execution_ipc: {auth: {secret: \"X}}}}",
                "runtime: {platform: {execution_ipc: {auth: {secret: !X y}}}}",
                "secret: X: X",
                "X"
            })
    @DisplayName("KEY-IPC-04 no error repeats a secret, wherever it was misplaced")
    void KEY_IPC_04_noErrorRepeatsAValue(String template) {
        String yaml = template.replace("X", CANARY);

        SupervisorException thrown = catchThrowableOfType(SupervisorException.class, () -> load(yaml));

        StringWriter all = new StringWriter();
        thrown.printStackTrace(new PrintWriter(all, true));
        assertThat(thrown.causes()).isNotEmpty();
        assertThat(all.toString() + thrown.causes()).doesNotContainIgnoringCase(CANARY);
    }
}
