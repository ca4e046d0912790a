package dev.sallyport.dist;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.dist.Distribution.Ended;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code bin/sallyport} of the packaged distribution, as a shell calls it. */
class LauncherIT {

    @TempDir
    private Path folder;

    private Distribution sallyport;

    @BeforeEach
    void copyTheDistribution() throws Exception {
        sallyport = Distribution.copiedTo(folder).withoutClassArchives();
    }

    @Test
    @DisplayName("it finds its folder through relative and absolute symbolic links")
    void symbolicLinks() throws Exception {
        Path there = Files.createDirectory(folder.resolve("with space"));
        Path absolute = Files.createSymbolicLink(
                there.resolve("absolute"), sallyport.launcher().toRealPath());
        Path relative = Files.createSymbolicLink(folder.resolve("relative"), Path.of("with space/absolute"));

        Ended version = sallyport.start(relative, folder, "--version").ended();
        assertThat(version.code()).isZero();
        assertThat(version.out()).startsWith("sallyport ").doesNotContain("development");

        String config = sallyport.example("process.yml").toString();
        Ended check =
                sallyport.start(absolute, folder, "check", "--config", config).ended();
        assertThat(check.code()).isZero();
        assertThat(check.out()).contains("bootstrap_mode=process_supervisor", "kdf=hkdf_sha256");
        assertThat(check.err()).isEmpty();
    }

    @Test
    @DisplayName("workers without a class path get lib, and nothing of what is in lib/supervisor")
    void whatAWorkerGets() throws Exception {
        String config = sallyport.example("process.yml").toString();
        Ended plan = sallyport.start(folder, "plan", "--config", config).ended();
        assertThat(plan.code()).isZero();
        assertThat(plan.out()).contains("/lib/sallyport-supervisor-").contains("/lib/netty-common-");
        assertThat(folder.resolve("copy of sallyport/lib/supervisor")).isNotEmptyDirectory();
        assertThat(plan.out()).doesNotContain("lib/supervisor", "bcprov", "picocli", "logback", "jackson-databind");
    }

    @Test
    @DisplayName("a configuration that is not valid exits with 3, and the JVM adds nothing to standard error")
    void invalidConfiguration() throws Exception {
        Path config = Files.writeString(folder.resolve("c.yml"), "runtime: {platform: {bootstrap: {mode: fast}}}");

        Ended check =
                sallyport.start(folder, "check", "--config", config.toString()).ended();
        assertThat(check.code()).isEqualTo(3);
        assertThat(check.err())
                .isEqualTo("sallyport: configuration: " + config + ": 1 error\n"
                        + "  1:40 BOOT-CFG-01 runtime.platform.bootstrap.mode: not a supported value;"
                        + " allowed: inline, process_supervisor\n");
    }

    @ParameterizedTest
    @CsvSource({
        "'discovery_roots: [missing.jar]', child_bootstrap, discovery_roots[0] is not on the class path",
        "entry: com.example.Missing, bootstrap, com.example.Missing",
    })
    @DisplayName("check tells of classes that are not there what a start does: exit 6, the same category, and which")
    void classesThatAreNotThere(String setting, String category, String which) throws Exception {
        Path config = Files.writeString(
                folder.resolve("c.yml"), """
                runtime:
                  platform:
                    bootstrap: {mode: process_supervisor}
                    execution_ipc: {transport: tcp_local}
                    process_groups: [{name: g, class_path: ['%s/*'], %s}]
                """.formatted(sallyport.home().resolve("lib"), setting));

        for (String command : List.of("check", "serve")) {
            Ended ended = sallyport
                    .start(folder, command, "--config", config.toString())
                    .ended();
            assertThat(ended.code()).as(ended.err()).isEqualTo(6);
            assertThat(ended.err()).as(command).contains("sallyport: " + category + ": ", which);
        }
    }

    @Test
    @DisplayName("without Java it exits with 127, which no command of the program does")
    void noJava() throws Exception {
        ProcessBuilder launcher = new ProcessBuilder(sallyport.launcher().toString());
        launcher.environment().put("JAVA_HOME", "/nowhere");
        Process process = launcher.redirectErrorStream(true).start();
        String told = new String(process.getInputStream().readAllBytes(), ISO_8859_1);
        assertThat(process.waitFor()).isEqualTo(127);
        assertThat(told).contains("no Java at /nowhere/bin/java", "set JAVA_HOME");
    }
}
