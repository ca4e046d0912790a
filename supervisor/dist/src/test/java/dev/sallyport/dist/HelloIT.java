package dev.sallyport.dist;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
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

    /** Of a program that embeds the supervisor. */
    private static final String LIBRARIES = HOME + "/lib/*" + File.pathSeparator + HOME + "/lib/supervisor/*";

    private static final Path PROJECT = HOME.resolve("examples/hello");
    private static final Path PAGE = HOME.resolve("docs/getting-started.md");

    @TempDir
    private Path folder;

    @Test
    @DisplayName("a handler that a newcomer writes runs in a process of its own")
    void helloRunsInItsOwnProcess() throws Exception {
        Path jar = jar(compiled());
        Path userHome = Files.createDirectory(folder.resolve("home"));
        String printed = run(List.of(
                JAVA.resolve("java").toString(),
                "-Duser.home=" + userHome,
                "-cp",
                jar + File.pathSeparator + LIBRARIES,
                "com.example.hello.Main",
                PROJECT.resolve("hello.yml").toString(),
                "world"));
        Matcher lines = Pattern.compile("Hello, world, from process (\\d+)\\nThis is process (\\d+)\\n"
                        + "The worker stopped gracefully\\n")
                .matcher(printed);
        assertThat(lines.find()).as(printed).isTrue();
        assertThat(lines.group(1)).isNotEqualTo(lines.group(2));
        assertThat(userHome).isEmptyDirectory();
    }

    @Test
    @DisplayName("the commands of the page plan, serve and end it, and change nothing in the distribution")
    void theCommandsOfThePageServeIt() throws Exception {
        List<String> commands = commands("## 4. Look at it");
        assertThat(commands).hasSize(3);
        Path target = Files.createDirectory(folder.resolve("target"));
        Files.move(jar(compiled()), target.resolve("hello.jar"));

        assertThat(run(shell(commands.get(0)))).contains("hello.jar").contains(HOME + "/lib/sallyport-supervisor");
        Path out = folder.resolve("serve.out");
        Process service = started(shell(commands.get(1)), out);
        try {
            await().atMost(Duration.ofMinutes(2))
                    .until(() -> Files.readString(out).contains("started in"));
            assertThat(run(shell(commands.get(2)))).contains("hello/0#1");
            assertThat(service.waitFor(90, TimeUnit.SECONDS)).isTrue();
            assertThat(service.exitValue()).isZero();
        } finally {
            service.descendants().forEach(ProcessHandle::destroy);
            service.destroy();
        }
    }

    @Test
    @DisplayName("check has nothing against a file that is for the page's program, and notes what serve would not find")
    void theFileIsForItsProgram() throws Exception {
        String told = run(List.of(
                HOME.resolve("bin/sallyport").toString(),
                "check",
                "--config",
                PROJECT.resolve("hello.yml").toString()));
        assertThat(told)
                .contains("hello.yml is valid", "sallyport: note: group hello", "sallyport serve would not start it");
    }

    @Test
    @DisplayName("a jar that was packed without its module is told in the words of the page")
    void aJarWithoutItsModule() throws Exception {
        Path classes = compiled();
        Files.delete(classes.resolve("META-INF/services/io.avaje.inject.spi.InjectExtension"));
        Path out = folder.resolve("refused.out");
        Process refused = started(
                List.of(
                        JAVA.resolve("java").toString(),
                        "-cp",
                        jar(classes) + File.pathSeparator + LIBRARIES,
                        "com.example.hello.Main",
                        PROJECT.resolve("hello.yml").toString(),
                        "world"),
                out);
        assertThat(refused.waitFor(90, TimeUnit.SECONDS)).isTrue();
        String words = "discovery_roots[0] has no generated injection module";
        assertThat(out).content().contains(words);
        assertThat(PAGE).content().contains("`" + words + "`");
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

    private Path compiled() throws IOException, InterruptedException {
        Path classes = folder.resolve("classes");
        List<String> javac = new ArrayList<>(List.of(
                JAVA.resolve("javac").toString(),
                "-d",
                classes.toString(),
                "-cp",
                LIBRARIES,
                "--processor-path",
                processorPath()));
        try (Stream<Path> sources = Files.walk(PROJECT.resolve("src/main/java"))) {
            sources.filter(file -> file.toString().endsWith(".java")).forEach(file -> javac.add(file.toString()));
        }
        run(javac);
        Files.copy(PROJECT.resolve("src/main/resources/logback.xml"), classes.resolve("logback.xml"));
        return classes;
    }

    private Path jar(Path classes) throws IOException, InterruptedException {
        Path jar = folder.resolve("hello.jar");
        run(List.of(
                JAVA.resolve("jar").toString(), "--create", "--file", jar.toString(), "-C", classes.toString(), "."));
        return jar;
    }

    /** The blocks of commands under a heading of the page. */
    private static List<String> commands(String heading) throws IOException {
        String page = Files.readString(PAGE);
        String section = page.substring(page.indexOf(heading)).split("\n## ", 2)[0];
        return Pattern.compile("```sh\\n(.*?)```", Pattern.DOTALL)
                .matcher(section)
                .results()
                .map(block -> block.group(1))
                .toList();
    }

    private static List<String> shell(String commands) {
        return List.of("sh", "-ec", commands);
    }

    private String run(List<String> command) throws IOException, InterruptedException {
        Path out = Files.createTempFile(folder, "run", ".out");
        Process process = started(command, out);
        assertThat(process.waitFor(90, TimeUnit.SECONDS))
                .as(() -> command + " ends")
                .isTrue();
        String printed = Files.readString(out, UTF_8);
        assertThat(process.exitValue()).as(printed).isZero();
        return printed;
    }

    private Process started(List<String> command, Path out) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(out.toFile());
        builder.environment()
                .putAll(Map.of(
                        "SALLYPORT_HOME", HOME.toString(),
                        "JAVA_HOME", System.getProperty("java.home"),
                        "XDG_RUNTIME_DIR", folder.toString(),
                        "XDG_CACHE_HOME", folder.resolve("cache").toString()));
        return builder.start();
    }
}
