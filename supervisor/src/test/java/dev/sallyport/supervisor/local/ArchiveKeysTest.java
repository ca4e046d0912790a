package dev.sallyport.supervisor.local;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.proto.v1.Bundle;
import dev.sallyport.supervisor.BootstrapSupervisor;
import dev.sallyport.supervisor.GroupSpec;
import dev.sallyport.supervisor.RestartPolicy;
import dev.sallyport.supervisor.RuntimeConfig;
import dev.sallyport.supervisor.RuntimeConfig.ClassArchive;
import dev.sallyport.supervisor.SupervisorListener;
import dev.sallyport.supervisor.archive.ClassArchives;
import dev.sallyport.supervisor.worker.TestRoot;
import dev.sallyport.transport.PeerId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The class archive of a real training run, beside a worker that runs with real generated keys. */
@EnabledOnOs(OS.LINUX)
class ArchiveKeysTest {

    private static final Duration LIMIT = Duration.ofMinutes(5);
    private static final int FRAME_BYTES = 9;
    private static final int DIGEST_BYTES = 32;

    @TempDir
    private Path folder;

    private final Map<PeerId, byte[]> published = new ConcurrentHashMap<>();

    @Test
    @DisplayName(
            "KEY-IPC-04 a class archive holds no key: neither of the workers beside its training run, nor of that run itself")
    void KEY_IPC_04_noKeyInAnArchive() throws Exception {
        Path root = TestRoot.jar(folder, "plain", """
                @Singleton class Plain implements Worker {
                  public Routes routes() {
                    return Routes.none();
                  }
                }
                """);
        FaultLauncher launcher = new FaultLauncher((peer, bytes) -> {
            published.put(peer, bytes.clone());
            return bytes;
        });
        List<String> classPath = TestRoot.jarsOfClassPath(folder);
        classPath.add(root.toString());
        GroupSpec group = Rig.group("plain", 1, "", List.of(root.toString()), Map.of(), RestartPolicy.NEVER).toBuilder()
                .classPath(classPath)
                .build();
        RuntimeConfig config = Rig.config(Rig.READY, Duration.ofSeconds(60), group);
        ClassArchives archives = ClassArchives.of(new ClassArchive(true, folder.resolve("cache")), launcher, Map.of());
        try (BootstrapSupervisor supervisor = launcher.supervisor(config, SupervisorListener.NONE, archives)) {
            supervisor.startGroups();
            supervisor.waitReady(Rig.READY);
            assertThat(archives.await(LIMIT)).isTrue();
        }
        assertThat(launcher.launched())
                .as("a training run beside the worker")
                .contains(Rig.id("plain", 0, 1))
                .hasSizeGreaterThan(1);
        assertThat(published.keySet())
                .as("who was given a bundle, or anything else, over its pipe")
                .containsExactlyInAnyOrder(Rig.id("plain", 0, 1), new PeerId("class-archive", "0", 1));

        String archive = archive();
        assertThat(archive.contains("TrainingMain"))
                .as("what is there is found")
                .isTrue();
        assertThat(keys())
                .hasSize(4)
                .doesNotHaveDuplicates()
                .allSatisfy(key -> assertThat(forms(key)).noneMatch(archive::contains));
    }

    private String archive() throws Exception {
        try (Stream<Path> files = Files.list(folder.resolve("cache"))) {
            return files.filter(file -> file.toString().endsWith(".archive"))
                    .map(ArchiveKeysTest::text)
                    .reduce("", String::concat);
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file, ISO_8859_1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<byte[]> keys() throws Exception {
        List<byte[]> keys = new ArrayList<>();
        for (byte[] bytes : published.values()) {
            Bundle bundle = Bundle.parser().parseFrom(bytes, FRAME_BYTES, bytes.length - FRAME_BYTES - DIGEST_BYTES);
            keys.add(bundle.getBaseW2S().toByteArray());
            keys.add(bundle.getBaseS2W().toByteArray());
        }
        return keys;
    }

    /** As bytes and as text; a half of a key is a find too. */
    private static List<String> forms(byte[] key) {
        assertThat(key).hasSize(32);
        return List.of(
                new String(key, 0, 16, ISO_8859_1),
                new String(key, 16, 16, ISO_8859_1),
                HexFormat.of().formatHex(key),
                Base64.getEncoder().encodeToString(key));
    }
}
