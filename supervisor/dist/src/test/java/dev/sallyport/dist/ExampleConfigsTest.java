package dev.sallyport.dist;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.supervisor.GroupSpec;
import dev.sallyport.supervisor.RestartPolicy;
import dev.sallyport.supervisor.RuntimeConfig;
import dev.sallyport.supervisor.config.ConfigWarning;
import dev.sallyport.supervisor.config.LoadedConfig;
import dev.sallyport.supervisor.config.RuntimeConfigLoader;
import dev.sallyport.supervisor.scenario.Scenario;
import dev.sallyport.supervisor.scenario.Scenarios;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExampleConfigsTest {

    private static final Path EXAMPLE = Path.of("../examples/fund-loads");

    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource({
        "inline, 2, ''",
        "inline-tcp, 2, ''",
        "process, 2, ''",
        "process-python, 2, ''",
        "process-static-hkdf, 2, W_STATIC_SECRET",
        "process-static-none, 1, W_STATIC_SECRET W_GROUP_ISOLATION",
        "experiment, 2, ''",
    })
    void configIsValidAndItsScenarioIsThere(String name, int workers, String warnings) throws Exception {
        LoadedConfig loaded = load(name);
        RuntimeConfig config = loaded.config();
        RuntimeConfig.Scenario configured = config.scenario();
        assertThat(loaded.warnings().stream().map(ConfigWarning::code).map(Enum::name))
                .containsExactlyElementsOf(warnings.isEmpty() ? List.of() : List.of(warnings.split(" ")));
        assertThat(configured).isNotNull();
        Scenario scenario = Scenarios.find(configured.id()).orElseThrow();
        assertThat(config.groups()).extracting(GroupSpec::name).containsExactlyElementsOf(scenario.groups());
        assertThat(config.groups()).allSatisfy(group -> {
            assertThat(group.workers()).isEqualTo(workers);
            assertThat(group.restart().type()).isEqualTo(RestartPolicy.Type.TEMPORARY);
        });
    }

    @Test
    void secretsAreForTheirOwnerAloneAndAreKept() throws Exception {
        makeSecrets();
        Path secret = folder.resolve("secrets/runtime.secret");
        String text = Files.readString(secret);
        assertThat(text).matches("[0-9a-f]{64}");
        assertThat(Files.getPosixFilePermissions(secret)).isEqualTo(PosixFilePermissions.fromString("rw-------"));
        makeSecrets();
        assertThat(secret).hasContent(text);
        assertThat(folder.resolve("secrets/parse.secret")).content().isNotEqualTo(text);
    }

    private LoadedConfig load(String name) throws Exception {
        makeSecrets();
        return RuntimeConfigLoader.load(Files.copy(EXAMPLE.resolve(name + ".yml"), folder.resolve(name + ".yml")));
    }

    private void makeSecrets() throws IOException, InterruptedException {
        Path script = folder.resolve("make-secrets.sh");
        if (!Files.exists(script)) {
            Files.copy(EXAMPLE.resolve("make-secrets.sh"), script);
        }
        assertThat(new ProcessBuilder("sh", script.toString())
                        .inheritIO()
                        .start()
                        .waitFor())
                .isZero();
    }
}
