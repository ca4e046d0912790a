package dev.sallyport.supervisor.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An archive is code: nobody else may be able to put one where a supervisor looks for it. */
class ArchiveFolderTest {

    private static final String KEY = "ab".repeat(32);

    @TempDir
    private Path above;

    private static Path write(Path file, String text) throws Exception {
        Files.writeString(file, text);
        return mode(file, "rw-------");
    }

    private static Path mode(Path path, String mode) throws Exception {
        return Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
    }

    private Path put(ArchiveFolder folder, String key) throws Exception {
        folder.put(write(folder.unfinished(key), key), key);
        return above.toRealPath().resolve("cache").resolve(key + ".archive");
    }

    private ArchiveFolder open() throws Exception {
        return ArchiveFolder.open(above.resolve("cache"));
    }

    @Test
    void itIsMadeForItsOwnerAlone() throws Exception {
        ArchiveFolder.open(above.resolve("new/cache"));
        for (String made : new String[] {"new", "new/cache"}) {
            assertThat(Files.getPosixFilePermissions(above.resolve(made)))
                    .isEqualTo(PosixFilePermissions.fromString("rwx------"));
        }
    }

    /** As that of an image with archives in it, which nobody shall write to. */
    @Test
    void aFolderWithLessThanMode0700IsPrivateToo() throws Exception {
        Path folder = mode(Files.createDirectory(above.resolve("baked")), "r-x------");
        try {
            assertThat(ArchiveFolder.open(folder).look("key")).isNull();
        } finally {
            mode(folder, "rwx------");
        }
    }

    @Test
    void aFolderThatOthersCanReadOrWriteIsRefused() throws Exception {
        for (String mode : new String[] {"rwxr-xr-x", "rwxrwx---", "rwx---r--"}) {
            Path open = Files.createDirectory(above.resolve(mode));
            mode(open, mode);
            assertThatThrownBy(() -> ArchiveFolder.open(open))
                    .isInstanceOf(NoArchiveException.class)
                    .hasMessageContaining("0700");
        }
    }

    @Test
    void aLinkToAFolderIsRefused() throws Exception {
        Path real = mode(Files.createDirectory(above.resolve("real")), "rwx------");
        Path link = Files.createSymbolicLink(above.resolve("link"), real);
        assertThatThrownBy(() -> ArchiveFolder.open(link)).isInstanceOf(NoArchiveException.class);
    }

    @Test
    void aFolderThatOthersCouldExchangeIsRefused() throws Exception {
        Path shared = mode(Files.createDirectory(above.resolve("shared")), "rwxrwxrwx");
        assertThatThrownBy(() -> ArchiveFolder.open(shared.resolve("cache")))
                .isInstanceOf(NoArchiveException.class)
                .hasMessageContaining("exchange");
    }

    @Test
    void anArchiveIsFoundOnceItIsPut() throws Exception {
        ArchiveFolder folder = open();
        assertThat(folder.find(KEY)).isNull();
        Path archive = put(folder, KEY);
        assertThat(folder.find(KEY)).isEqualTo(archive).hasContent(KEY);
        folder.remove(KEY);
        assertThat(folder.find(KEY)).isNull();
    }

    @Test
    void aLinkOrAFileThatOthersCanWriteIsNoArchive() throws Exception {
        ArchiveFolder folder = open();
        Path archive = put(folder, KEY);
        mode(archive, "rw--w----");
        assertThat(folder.find(KEY)).isNull();
        Path elsewhere = write(above.resolve("elsewhere"), "code");
        Files.delete(archive);
        Files.createSymbolicLink(archive, elsewhere);
        assertThat(folder.find(KEY)).isNull();
        assertThatThrownBy(() -> folder.put(archive, "cd".repeat(32))).hasMessageContaining("no archive");
    }

    @Test
    void onlyTheLastUsedAreKept() throws Exception {
        ArchiveFolder folder = open();
        for (int i = 0; i < 11; i++) {
            Path archive = put(folder, Integer.toHexString(i).repeat(64));
            Files.setLastModifiedTime(archive, FileTime.from(Instant.ofEpochSecond(1_000_000 + i)));
        }
        Path unused = put(folder, KEY);
        Files.setLastModifiedTime(
                Files.createFile(above.resolve("cache/killed.part")), FileTime.from(Instant.ofEpochSecond(1)));
        put(folder, "cd".repeat(32));
        try (Stream<Path> left = Files.list(above.resolve("cache"))) {
            assertThat(left).hasSize(8).contains(above.resolve("cache").resolve(unused.getFileName()));
        }
    }
}
