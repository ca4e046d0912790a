package dev.sallyport.supervisor.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.security.auth.module.UnixSystem;
import dev.sallyport.supervisor.admin.AdminException.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunDirectoryTest {

    private static final long ME = ProcessHandle.current().pid();

    @TempDir
    private Path home;

    private RunDirectory directory() {
        return new RunDirectory(home.resolve("sallyport/run"));
    }

    private static Kind refusal(RunDirectory directory) {
        return catchThrowableOfType(AdminException.class, directory::check).kind();
    }

    private Path credential(RunDirectory directory, long pid) throws IOException {
        return Files.createFile(
                RunFile.of(directory.folder(), home.resolve("c.yml"), pid).path());
    }

    @Test
    @DisplayName("it lies in the runtime directory of the session, and without one in the user's cache")
    void location() {
        assertThat(RunDirectory.of(Map.of("XDG_RUNTIME_DIR", home.toString()), home.toString())
                        .folder())
                .isEqualTo(home.resolve("sallyport"));
        assertThat(RunDirectory.of(Map.of("XDG_RUNTIME_DIR", "/no/such/folder"), home.toString())
                        .folder())
                .isEqualTo(home.resolve(".cache/sallyport/run"));
        assertThat(RunDirectory.of(Map.of("XDG_RUNTIME_DIR", "relative", "XDG_CACHE_HOME", "/c"), home.toString())
                        .folder())
                .isEqualTo(Path.of("/c/sallyport/run"));
    }

    @Test
    @DisplayName(
            "a user without a home and a runtime directory is told what to set, and nothing is made in the working directory")
    void nowhere() {
        for (String none : new String[] {"?", "", "/"}) {
            RunDirectory nowhere = RunDirectory.of(Map.of(), none);
            assertThat(catchThrowableOfType(AdminException.class, nowhere::prepare))
                    .hasMessageContaining("set XDG_RUNTIME_DIR");
            assertThat(catchThrowableOfType(AdminException.class, nowhere::files))
                    .hasMessageContaining("set XDG_RUNTIME_DIR");
            assertThat(nowhere.folder()).isAbsolute();
            assertThat(Files.exists(nowhere.folder())).isFalse();
        }
    }

    @Test
    @DisplayName("it is made with mode 0700, and no command makes it")
    void made() throws Exception {
        assertThat(directory().files()).isEmpty();
        assertThat(directory().folder()).doesNotExist();
        directory().prepare();
        assertThat(Files.getPosixFilePermissions(directory().folder()))
                .isEqualTo(PosixFilePermissions.fromString("rwx------"));
        directory().prepare();
    }

    @Test
    @DisplayName("a folder that others may enter or write is refused by both ends")
    void wrongMode() throws Exception {
        directory().prepare();
        for (String mode : new String[] {"rwxr-x---", "rwx--x--x", "rwxrwxrwx", "r-x------"}) {
            Files.setPosixFilePermissions(directory().folder(), PosixFilePermissions.fromString(mode));
            assertThat(refusal(directory())).isEqualTo(Kind.UNSAFE);
            assertThat(catchThrowableOfType(
                            AdminException.class, () -> directory().files()))
                    .hasMessageContaining("does not have mode 0700");
            assertThat(catchThrowableOfType(
                            AdminException.class, () -> directory().prepare()))
                    .isNotNull();
        }
    }

    @Test
    @DisplayName("a folder of another user is refused")
    void wrongOwner() throws Exception {
        Path folder = Path.of("/usr");
        if (new UnixSystem().getUid() == 0) {
            directory().prepare();
            folder = directory().folder();
            Files.setAttribute(folder, "unix:uid", 65_534);
        }
        RunDirectory foreign = new RunDirectory(folder);
        assertThat(catchThrowableOfType(AdminException.class, foreign::check))
                .hasMessageContaining("belongs to another user");
        assertThat(catchThrowableOfType(AdminException.class, foreign::prepare)).isNotNull();
    }

    @Test
    @DisplayName("a symbolic link in the folder's place is not followed, even to a good folder")
    void symbolicLink() throws Exception {
        directory().prepare();
        RunDirectory link = new RunDirectory(
                Files.createSymbolicLink(home.resolve("link"), directory().folder()));
        assertThat(refusal(link)).isEqualTo(Kind.UNSAFE);
        assertThat(catchThrowableOfType(AdminException.class, link::prepare)).hasMessageContaining("symbolic link");
        RunDirectory broken = new RunDirectory(Files.createSymbolicLink(home.resolve("broken"), home.resolve("gone")));
        assertThat(catchThrowableOfType(AdminException.class, broken::prepare)).hasMessageContaining("symbolic link");
    }

    @Test
    @DisplayName("files of dead supervisors are removed, those of the living and everything else stay")
    void staleFiles() throws Exception {
        RunDirectory directory = directory();
        directory.prepare();
        Process dead = new ProcessBuilder("true").start();
        dead.waitFor();
        Path ofDead = credential(directory, dead.pid());
        Path mine = credential(directory, ME);
        Path other = Files.createFile(directory.folder().resolve("notes.txt"));
        Path odd = Files.createFile(directory.folder().resolve("UPPER-1.credential"));

        assertThat(directory.files()).extracting(RunFile::path).containsExactly(mine);
        assertThat(directory.files()).extracting(RunFile::pid).containsExactly(ME);
        assertThat(ofDead).doesNotExist();
        assertThat(other).exists();
        assertThat(odd).exists();
    }

    @Test
    @DisplayName(
            "a file of a process that began at another time than that of its number now belonged to another process")
    void reusedPid() throws Exception {
        RunDirectory directory = directory();
        directory.prepare();
        String mine = String.valueOf(credential(directory, ME).getFileName());
        Path before = Files.createFile(directory.folder().resolve(mine.replaceFirst("-[0-9]+\\.", "-1.")));
        assertThat(directory.files())
                .extracting(file -> String.valueOf(file.path().getFileName()))
                .containsExactly(mine);
        assertThat(before).doesNotExist();
    }

    @Test
    @DisplayName("a clock that is set takes no file from a supervisor that runs")
    void setClock() throws Exception {
        RunDirectory directory = directory();
        directory.prepare();
        Path mine = credential(directory, ME);
        Instant started = ProcessHandle.current().info().startInstant().orElseThrow();
        Files.setLastModifiedTime(mine, FileTime.from(started.minusSeconds(3600)));
        assertThat(directory.files()).extracting(RunFile::path).containsExactly(mine);
    }

    @Test
    @DisplayName("a symbolic link among the files is no credential")
    void linkedFile() throws Exception {
        RunDirectory directory = directory();
        directory.prepare();
        Path elsewhere = Files.createFile(home.resolve("elsewhere"));
        Files.createSymbolicLink(
                RunFile.of(directory.folder(), home.resolve("c.yml"), ME).path(), elsewhere);
        assertThat(directory.files()).isEmpty();
        assertThat(elsewhere).exists();
    }

    @Test
    @DisplayName("a file is found by its configuration, however that is spelled")
    void byConfig() throws Exception {
        Path config = Files.createFile(home.resolve("My Service.yaml"));
        RunFile file = RunFile.of(home, config, 7);
        assertThat(file.name()).isEqualTo("my-service");
        assertThat(file.isOf(home.resolve("./My Service.yaml"))).isTrue();
        assertThat(file.isOf(Files.createSymbolicLink(home.resolve("link.yml"), config)))
                .isTrue();
        assertThat(file.isOf(home.resolve("other.yml"))).isFalse();
        assertThat(RunFile.parse(file.path())).contains(file);
    }
}
