package dev.sallyport.supervisor.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainingClassesTest {

    /** Each has an effect when it is initialised. */
    private static final String CLASS = """
            package %s;
            public class %s {
                static { System.setProperty("training.initialised", "%2$s"); }
                public static Object next() { return %s; }
            }
            """;

    @TempDir
    private Path folder;

    private final List<Path> sources = new ArrayList<>();

    @Test
    void rootsAndWhatTheyNameInTwoStepsAreLoaded_andNoneIsInitialised() throws Exception {
        source("root", "Numbers", "1L + \"\" + 2.0");
        source("root", "Handler", "lib.Methods.next()");
        source("lib", "Methods", "Message.next()");
        source("lib", "Message", "Inside.next()");
        source("lib", "Inside", "null");
        compile();
        Path root = jar("root");
        try (Noting loader = new Noting(jar("lib"), root)) {
            new TrainingClasses(loader).load(List.of(root));
            assertThat(loader.loaded)
                    .containsExactlyInAnyOrder("root.Numbers", "root.Handler", "lib.Methods", "lib.Message");
            assertThat(System.getProperty("training.initialised")).isNull();
        }
    }

    @Test
    void aClassThatIsMissingKeepsNoOtherOut() throws Exception {
        source("root", "First", "lib.Methods.next()");
        source("root", "Second", "null");
        source("lib", "Methods", "null");
        compile();
        Path root = jar("root");
        try (Noting loader = new Noting(root)) {
            new TrainingClasses(loader).load(List.of(root));
            assertThat(loader.loaded).containsExactlyInAnyOrder("root.First", "root.Second");
        }
    }

    @Test
    void aClassThatMayNotBeDefinedKeepsNoOtherOut() throws Exception {
        source("root", "First", "null");
        source("root", "Second", "null");
        compile();
        Path root = jar("root");
        try (Noting loader = new Noting(root) {
            @Override
            protected Class<?> findClass(String name) throws ClassNotFoundException {
                if (name.equals("root.First")) {
                    throw new SecurityException("signed by another");
                }
                return super.findClass(name);
            }
        }) {
            new TrainingClasses(loader).load(List.of(root));
            assertThat(loader.loaded).containsExactly("root.Second");
        }
    }

    @Test
    void theClassesThatAClassFileNames() throws IOException {
        String own = TrainingClassesTest.class.getName().replace('.', '/');
        try (InputStream file = getClass().getResourceAsStream("TrainingClassesTest.class")) {
            List<String> named = ClassFile.namedClasses(Objects.requireNonNull(file));
            assertThat(named).contains(own, "java/util/List", own + "$Noting").noneMatch(name -> name.startsWith("["));
        }
    }

    @Test
    void whatIsNoClassFileIsRefused() {
        byte[] unknownTag = {0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 99};
        byte[] nameBehindThePool = {0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 7, 0, 9};
        for (byte[] bytes : List.of(new byte[3], unknownTag, nameBehindThePool)) {
            assertThatThrownBy(() -> ClassFile.namedClasses(new ByteArrayInputStream(bytes)))
                    .isInstanceOf(IOException.class);
        }
    }

    private void source(String packageName, String name, String returned) throws IOException {
        Path directory = Files.createDirectories(folder.resolve("src").resolve(packageName));
        sources.add(Files.writeString(directory.resolve(name + ".java"), CLASS.formatted(packageName, name, returned)));
    }

    private void compile() {
        List<String> arguments =
                new ArrayList<>(List.of("-proc:none", "-d", classes().toString()));
        sources.forEach(source -> arguments.add(source.toString()));
        assertThat(ToolProvider.getSystemJavaCompiler().run(null, null, null, arguments.toArray(String[]::new)))
                .isZero();
    }

    private Path jar(String packageName) {
        Path jar = folder.resolve(packageName + ".jar");
        int failed = java.util.spi.ToolProvider.findFirst("jar")
                .orElseThrow()
                .run(
                        System.out,
                        System.err,
                        "--create",
                        "--file",
                        jar.toString(),
                        "-C",
                        classes().toString(),
                        packageName);
        assertThat(failed).isZero();
        return jar;
    }

    private Path classes() {
        return folder.resolve("classes");
    }

    private static class Noting extends URLClassLoader {

        private final Set<String> loaded = new HashSet<>();

        Noting(Path... jars) throws IOException {
            super(urls(jars), null);
        }

        private static URL[] urls(Path... jars) throws IOException {
            URL[] urls = new URL[jars.length];
            for (int i = 0; i < jars.length; i++) {
                urls[i] = jars[i].toUri().toURL();
            }
            return urls;
        }

        @Override
        protected Class<?> findClass(String name) throws ClassNotFoundException {
            Class<?> found = super.findClass(name);
            loaded.add(name);
            return found;
        }
    }
}
