package dev.sallyport.supervisor.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.supervisor.bootstrap.ClassPath;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarOutputStream;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import javax.tools.ToolProvider;

/** A discovery root, made by the real compiler with the real generator of injection modules, as a jar. */
public final class TestRoot {

    private static final String PACKAGE_INFO = """
            @io.avaje.inject.InjectModule(requires = {
                dev.sallyport.supervisor.WorkerContext.class,
                dev.sallyport.supervisor.RuntimeTransportService.class,
                dev.sallyport.supervisor.RuntimeLifecycleManager.class})
            package %s;
            """;

    private static final String IMPORTS = """
            package %s;
            import dev.sallyport.supervisor.*;
            import dev.sallyport.transport.*;
            import jakarta.inject.*;
            """;

    private TestRoot() {}

    /**
     * Compiles classes of one package into a jar of the package's name.
     *
     * @param classes declarations, each {@code class NAME ...}, without package and imports of the platform
     */
    public static Path jar(Path folder, String packageName, String... classes) {
        List<String> sources = new ArrayList<>(List.of(PACKAGE_INFO.formatted(packageName)));
        Stream.of(classes).map(IMPORTS.formatted(packageName)::concat).forEach(sources::add);
        return jarOf(folder, packageName, sources);
    }

    /**
     * Compiles whole files into a jar.
     *
     * @param sources that of the package first, then those of classes without a public one
     */
    public static Path jarOf(Path folder, String name, List<String> sources) {
        try {
            Path texts = Files.createDirectories(folder.resolve(name + "-src"));
            Path output = Files.createDirectories(folder.resolve(name + "-out"));
            List<Path> files = new ArrayList<>();
            for (String source : sources) {
                String file = files.isEmpty() ? "package-info.java" : "Source" + files.size() + ".java";
                files.add(Files.writeString(texts.resolve(file), source));
            }
            compile(files, output);
            return pack(output, folder.resolve(name + ".jar"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A class path of these jars, over the classes of the test. */
    public static ClassPath classPath(Path... jars) {
        URL[] urls = Stream.of(jars).map(TestRoot::url).toArray(URL[]::new);
        return new ClassPath(List.of(jars), new URLClassLoader(urls, TestRoot.class.getClassLoader()));
    }

    private static void compile(List<Path> files, Path output) {
        String classPath = System.getProperty("java.class.path");
        List<String> arguments =
                new ArrayList<>(List.of("-d", output.toString(), "-classpath", classPath, "-processorpath", classPath));
        arguments.addAll(List.of("-processor", "io.avaje.inject.generator.InjectProcessor"));
        files.forEach(file -> arguments.add(file.toString()));
        ByteArrayOutputStream messages = new ByteArrayOutputStream();
        int failed =
                ToolProvider.getSystemJavaCompiler().run(null, messages, messages, arguments.toArray(String[]::new));
        assertThat(failed).as(messages.toString(StandardCharsets.UTF_8)).isZero();
    }

    /** The class path of the test with a jar in the place of each folder: a class archive takes jars only. */
    public static List<String> jarsOfClassPath(Path folder) throws IOException {
        List<String> jars = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(Pattern.quote(File.pathSeparator), 0)) {
            Path path = Path.of(entry);
            jars.add(
                    Files.isDirectory(path)
                            ? pack(path, folder.resolve(jars.size() + ".jar")).toString()
                            : entry);
        }
        return jars;
    }

    private static Path pack(Path output, Path jar) throws IOException {
        try (OutputStream file = Files.newOutputStream(jar);
                JarOutputStream zip = new JarOutputStream(file);
                Stream<Path> walk = Files.walk(output)) {
            for (Path path : walk.filter(Files::isRegularFile).sorted().toList()) {
                zip.putNextEntry(new ZipEntry(output.relativize(path).toString().replace('\\', '/')));
                Files.copy(path, zip);
            }
        }
        return jar;
    }

    private static URL url(Path path) {
        try {
            return path.toUri().toURL();
        } catch (MalformedURLException e) {
            throw new UncheckedIOException(e);
        }
    }
}
