package dev.sallyport.dist;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The project of docs/getting-started.md, built and run in a folder of its own with nothing but the distribution. */
class HelloIT {

    private static final Path JAVA = Path.of(System.getProperty("java.home"), "bin");
    private static final Path HOME =
            Path.of("../target/sallyport").toAbsolutePath().normalize();

    @TempDir
    private Path folder;

    @Test
    @DisplayName("a handler that a newcomer writes runs in a process of its own")
    void helloRunsInItsOwnProcess() throws Exception {
        Path project = HOME.resolve("examples/hello");
        Path classes = folder.resolve("classes");
        List<String> javac = new ArrayList<>(List.of(
                JAVA.resolve("javac").toString(),
                "-d",
                classes.toString(),
                "-cp",
                HOME + "/lib/*",
                "--processor-path",
                processorPath()));
        try (Stream<Path> sources = Files.walk(project.resolve("src/main/java"))) {
            sources.filter(file -> file.toString().endsWith(".java")).forEach(file -> javac.add(file.toString()));
        }
        run(javac);
        Files.copy(project.resolve("src/main/resources/logback.xml"), classes.resolve("logback.xml"));
        Path jar = folder.resolve("hello.jar");
        run(List.of(
                JAVA.resolve("jar").toString(), "--create", "--file", jar.toString(), "-C", classes.toString(), "."));

        Path userHome = Files.createDirectory(folder.resolve("home"));
        String printed = run(List.of(
                JAVA.resolve("java").toString(),
                "-Duser.home=" + userHome,
                "-cp",
                jar + File.pathSeparator + HOME + "/lib/*",
                "com.example.hello.Main",
                project.resolve("hello.yml").toString(),
                "world"));
        Matcher lines = Pattern.compile("Hello, world, from process (\\d+)\\nThis is process (\\d+)\\n"
                        + "The worker stopped gracefully\\n")
                .matcher(printed);
        assertThat(lines.find()).as(printed).isTrue();
        assertThat(lines.group(1)).isNotEqualTo(lines.group(2));
        assertThat(userHome).isEmptyDirectory();
    }

    @Test
    @DisplayName("the project's pom names jars that the distribution has")
    void thePomFitsTheDistribution() throws IOException {
        String pom = Files.readString(HOME.resolve("examples/hello/pom.xml"));
        Matcher version =
                Pattern.compile("<sallyport.version>(.*)</sallyport.version>").matcher(pom);
        assertThat(version.find()).isTrue();
        Matcher paths =
                Pattern.compile("<systemPath>\\$\\{lib}/(.*?)</systemPath>").matcher(pom);
        List<String> jars = paths.results().map(path -> path.group(1)).toList();
        assertThat(jars)
                .hasSize(3)
                .allSatisfy(jar -> assertThat(
                                HOME.resolve("lib").resolve(jar.replace("${sallyport.version}", version.group(1))))
                        .exists());
    }

    /** The annotation processor is on the class path of this test, since it is on none of the distribution's. */
    private static String processorPath() {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                .filter(entry -> entry.contains("avaje"))
                .reduce((all, next) -> all + File.pathSeparator + next)
                .orElseThrow();
    }

    private String run(List<String> command) throws IOException, InterruptedException {
        Path out = Files.createTempFile(folder, "run", ".out");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(out.toFile());
        // what a supervisor keeps for its user is not to lie beside what this user's own services keep
        builder.environment().put("XDG_RUNTIME_DIR", folder.toString());
        builder.environment().put("XDG_CACHE_HOME", folder.resolve("user cache").toString());
        Process process = builder.start();
        assertThat(process.waitFor(90, TimeUnit.SECONDS))
                .as(() -> command + " ends")
                .isTrue();
        String printed = Files.readString(out, UTF_8);
        assertThat(process.exitValue()).as(printed).isZero();
        return printed;
    }
}
