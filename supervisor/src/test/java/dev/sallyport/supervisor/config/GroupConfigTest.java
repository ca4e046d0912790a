package dev.sallyport.supervisor.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.supervisor.GroupSpec;
import dev.sallyport.supervisor.GroupSpec.Recycle;
import dev.sallyport.supervisor.RestartPolicy;
import dev.sallyport.supervisor.RuntimeConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class GroupConfigTest extends ConfigTestCase {

    private static final String GROUPS = "runtime.platform.process_groups";

    private GroupSpec group(String... lines) {
        return valid(groups(lines)).groups().get(0);
    }

    /** A process-mode text whose groups start in line 6, column 9. */
    private static String[] groups(String... lines) {
        StringBuilder text = new StringBuilder(PROCESS).append("    process_groups:\n");
        for (String line : lines) {
            text.append("      ").append(line).append('\n');
        }
        return text.toString().split("\n");
    }

    @Test
    @DisplayName("a group needs a name, and the rest has defaults")
    void defaults() {
        GroupSpec group = group("- name: parse");

        assertThat(group.workers()).isEqualTo(1);
        assertThat(group.restart()).isEqualTo(RestartPolicy.DEFAULT);
        assertThat(group.recycle()).isEqualTo(Recycle.NEVER);
        assertThat(group.entry()).isEmpty();
        assertThat(group.classPath()).isEmpty();
        assertThat(group.calls()).isEmpty();
        assertThat(group.maxConcurrentCalls()).isZero();
        assertThat(group.secret()).isNull();
        assertPlace(error(groups("- workers: 2")), "E_CONFIG_MISSING", GROUPS + "[0].name", 6, 9);
    }

    @Test
    @DisplayName("every key of a group is read")
    void everyKey() throws IOException {
        Files.createFile(folder.resolve("app.jar"));
        Files.createDirectory(folder.resolve("lib"));

        GroupSpec group = group(
                "- name: score",
                "  workers: 4",
                "  entry: com.example.Main",
                "  class_path: [app.jar, lib/*]",
                "  discovery_roots: [./app.jar, score.jar]",
                "  jvm_args: [-Xmx64m, -Dn=1]",
                "  env: {LANG: C, COUNT: 3, PATH: }",
                "  calls: [audit/record]",
                "  restart: {policy: transient, max_restarts: 2, within_seconds: 9, backoff: {min: 50ms, max: 2s}}",
                "  max_requests: 1000",
                "  max_age: 1h",
                "  max_rss: 512MiB",
                "  max_concurrent_calls: 100");

        assertThat(group.workers()).isEqualTo(4);
        assertThat(group.entry()).isEqualTo("com.example.Main");
        assertThat(group.classPath()).containsExactly(folder + "/app.jar", folder + "/lib/*");
        assertThat(group.discoveryRoots()).containsExactly(folder + "/app.jar", "score.jar");
        assertThat(group.jvmArgs()).containsExactly("-Xmx64m", "-Dn=1");
        assertThat(group.env()).isEqualTo(Map.of("LANG", "C", "COUNT", "3", "PATH", ""));
        assertThat(group.calls()).isEqualTo(Set.of("audit/record"));
        assertThat(group.restart())
                .isEqualTo(new RestartPolicy(
                        RestartPolicy.Type.TRANSIENT,
                        2,
                        Duration.ofSeconds(9),
                        Duration.ofMillis(50),
                        Duration.ofSeconds(2)));
        assertThat(group.recycle()).isEqualTo(new Recycle(1000, 3600, 512L << 20));
        assertThat(group.maxConcurrentCalls()).isEqualTo(100);
    }

    @Test
    @DisplayName("no group may have the administrator's name, and no worker call its methods")
    void administratorIsReserved() {
        assertPlace(error(groups("- {name: ~admin}")), "E_CONFIG_VALUE", GROUPS + "[0].name", 6, 16);
        assertPlace(
                error(groups("- {name: a, calls: [~admin/stop]}")), "E_CONFIG_VALUE", GROUPS + "[0].calls[0]", 6, 27);
    }

    @Test
    @DisplayName("a limit on calls is a count from 1, and one above what the workers take has no effect")
    void maxConcurrentCalls() {
        assertPlace(
                error(groups("- {name: a, max_concurrent_calls: 0}")),
                "E_CONFIG_LIMIT",
                GROUPS + "[0].max_concurrent_calls",
                6,
                41);
        assertPlace(
                error(groups("- {name: a, max_concurrent_calls: many}")),
                "E_CONFIG_TYPE",
                GROUPS + "[0].max_concurrent_calls",
                6,
                41);
        assertThat(load(groups("- {name: a, workers: 2, max_concurrent_calls: 2049}"))
                        .warnings())
                .singleElement()
                .satisfies(warning -> {
                    assertThat(warning.code()).isEqualTo(ConfigWarning.Code.W_NO_EFFECT);
                    assertThat(warning.message()).isEqualTo("its workers take 2048 together");
                });
        assertThat(load(groups("- {name: a, workers: 2, max_concurrent_calls: 2048}"))
                        .warnings())
                .isEmpty();
    }

    @Test
    @DisplayName("env may be a list of names to inherit")
    void envAsList() {
        assertThat(group("- {name: a, env: [PATH, LANG]}").env()).isEqualTo(Map.of("PATH", "", "LANG", ""));
        assertPlace(error(groups("- {name: a, env: ['TOKEN=x']}")), "E_CONFIG_VALUE", GROUPS + "[0].env[0]", 6, 25);
    }

    @Test
    @DisplayName("an executable with a '/' is relative to the configuration's folder, without one it is looked up")
    void command() {
        assertThat(group("- {name: a, command: [./worker.py, data/x]}").command())
                .containsExactly(folder + "/worker.py", "data/x");
        assertThat(group("- {name: a, command: [python3, worker.py]}").command())
                .containsExactly("python3", "worker.py");
        assertPlace(error(groups("- {name: a, command: []}")), "E_CONFIG_VALUE", GROUPS + "[0].command", 6, 28);
    }

    @Test
    @DisplayName("command excludes entry, class_path and jvm_args, and the inline mode")
    void commandConflicts() {
        assertPlace(
                error(groups("- {name: a, command: [x], entry: Main}")),
                "E_CONFIG_CONFLICT",
                GROUPS + "[0].entry",
                6,
                40);
        assertPlace(
                error(groups("- {name: a, command: [x], jvm_args: [-Xmx1m]}")),
                "E_CONFIG_CONFLICT",
                GROUPS + "[0].jvm_args",
                6,
                43);
        assertPlace(
                error(platform("process_groups: [{name: a, command: [x]}]")),
                "E_CONFIG_CONFLICT",
                GROUPS + "[0].command",
                3,
                41);
    }

    @Test
    @DisplayName("group names are unique and fit the wire")
    void names() {
        assertPlace(error(groups("- name: a", "- name: a")), "E_CONFIG_DUPLICATE", GROUPS + "[1].name", 7, 15);
        for (String name : List.of("Upper", "a_b", "''", "'a b'", "x".repeat(64), "~admin")) {
            assertPlace(error(groups("- name: " + name)), "E_CONFIG_VALUE", GROUPS + "[0].name", 6, 15);
        }
    }

    @Test
    @DisplayName("depends_on names groups that exist, and closes no cycle")
    void dependencies() {
        ConfigError unknown = error(groups("- name: parse", "- name: limits", "  depends_on: [pares]"));
        assertPlace(unknown, "E_CONFIG_UNKNOWN", GROUPS + "[1].depends_on[0]", 8, 22);
        assertThat(unknown.message()).contains("did you mean parse?");

        ConfigError cycle = error(
                groups("- {name: a, depends_on: [b]}", "- {name: b, depends_on: [c]}", "- {name: c, depends_on: [b]}"));
        assertPlace(cycle, "E_CONFIG_RELATION", GROUPS + "[2].depends_on", 8, 31);
        assertThat(cycle.message()).endsWith("b -> c -> b");

        assertPlace(
                error(groups("- {name: a, depends_on: [a]}")), "E_CONFIG_RELATION", GROUPS + "[0].depends_on", 6, 31);
    }

    @Test
    @DisplayName("numbers of workers are bounded, each and in sum")
    void workers() {
        assertPlace(error(groups("- {name: a, workers: 0}")), "E_CONFIG_LIMIT", GROUPS + "[0].workers", 6, 28);
        assertPlace(
                error(groups("- {name: a, workers: 200}", "- {name: b, workers: 57}")), "E_CONFIG_LIMIT", GROUPS, 6, 7);
    }

    @Test
    @DisplayName("amounts carry their unit")
    void units() {
        assertPlace(error(groups("- {name: a, max_age: 60}")), "E_CONFIG_TYPE", GROUPS + "[0].max_age", 6, 28);
        assertPlace(error(groups("- {name: a, max_age: 0s}")), "E_CONFIG_LIMIT", GROUPS + "[0].max_age", 6, 28);
        assertPlace(error(groups("- {name: a, max_rss: 1MiB}")), "E_CONFIG_LIMIT", GROUPS + "[0].max_rss", 6, 28);
        assertPlace(
                error(groups("- {name: a, restart: {backoff: {min: 2s, max: 1s}}}")),
                "E_CONFIG_RELATION",
                GROUPS + "[0].restart.backoff.max",
                6,
                53);
    }

    @Test
    @DisplayName("when healthy workers are replaced")
    void recycling() {
        LoadedConfig loaded = load(groups("- {name: a, max_requests: 7, max_age: 1h, max_rss: 512MiB}"));
        assertThat(loaded.config().groups().get(0).recycle()).isEqualTo(new GroupSpec.Recycle(7, 3_600, 512L << 20));
        assertThat(loaded.warnings()).isEmpty();
    }

    @Test
    @DisplayName("a temporary worker's state would be lost with a replacement")
    void temporaryWorkersAreNotReplaced() {
        assertPlace(
                error(groups("- {name: a, restart: {policy: temporary}, max_age: 1h}")),
                "E_CONFIG_CONFLICT",
                GROUPS + "[0].max_age",
                6,
                58);
    }

    @Test
    @DisplayName("inline workers have no memory of their own, which is warned about")
    void memoryOfInlineWorkers() {
        assertThat(load("runtime: {platform: {process_groups: [{name: a, max_age: 1h, max_rss: 64MiB}]}}")
                        .warnings())
                .extracting(ConfigWarning::code)
                .containsExactly(ConfigWarning.Code.W_NO_EFFECT);
    }

    @Test
    @DisplayName("temporary groups default to no restart at all")
    void temporary() {
        assertThat(group("- {name: a, restart: {policy: temporary}}").restart()).isEqualTo(RestartPolicy.NEVER);
    }

    @Test
    @DisplayName("a class-path entry that is not there is refused")
    void classPath() {
        assertPlace(
                error(groups("- {name: a, class_path: [gone.jar]}")),
                "E_CONFIG_FILE",
                GROUPS + "[0].class_path[0]",
                6,
                32);
    }

    @Test
    @DisplayName("the scenario's selectors are texts, as they are written")
    void scenario() {
        RuntimeConfig config =
                valid("runtime: {scenario: {id: fund-loads, selectors: {max: 5000, day: '3', on: true}}}");

        RuntimeConfig.Scenario scenario = Objects.requireNonNull(config.scenario());
        assertThat(scenario.id()).isEqualTo("fund-loads");
        assertThat(scenario.selectors()).isEqualTo(Map.of("max", "5000", "day", "3", "on", "true"));
        assertPlace(error("runtime: {scenario: {}}"), "E_CONFIG_MISSING", "runtime.scenario.id", 1, 11);
        assertPlace(
                error("runtime: {scenario: {id: a, selectors: {b: [1]}}}"),
                "E_CONFIG_TYPE",
                "runtime.scenario.selectors.b",
                1,
                44);
    }
}
