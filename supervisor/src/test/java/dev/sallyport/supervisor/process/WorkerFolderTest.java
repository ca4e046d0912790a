package dev.sallyport.supervisor.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkerFolderTest {

    @TempDir
    private Path temporary;

    private Path make() {
        return Objects.requireNonNull(
                WorkerFolder.make(List.of("java", "-Djava.io.tmpdir=/nowhere", "-Djava.io.tmpdir=" + temporary)));
    }

    @Test
    void isPrivateAndWhereTheWorkersTemporaryFilesAre() throws Exception {
        Path folder = make();
        assertThat(folder.getParent()).isEqualTo(temporary);
        assertThat(PrivateFolder.objection(folder)).isEmpty();
        assertThat(make()).isNotEqualTo(folder);
    }

    @Test
    void isRemovedWithWhatAWorkerLeftInIt() throws Exception {
        Path folder = make();
        Files.createFile(folder.resolve("libnetty_transport_native_epoll_x86_64.so"));
        WorkerFolder.remove(folder);
        assertThat(temporary).isEmptyDirectory();
        WorkerFolder.remove(folder);
    }

    /** Its name is free for everybody as soon as the worker has deleted it. */
    @Test
    void nothingIsDeletedBehindALinkThatTookItsPlace() throws Exception {
        Path folder = make();
        Path other = Files.createDirectory(temporary.resolve("other"));
        Files.createFile(other.resolve("file"));
        Files.delete(folder);
        Files.createSymbolicLink(folder, other);
        WorkerFolder.remove(folder);
        assertThat(other.resolve("file")).exists();
        assertThat(folder).isSymbolicLink();
    }

    @Test
    void whatOthersMayEnterIsLeft() throws Exception {
        Path folder = make();
        Files.createFile(folder.resolve("file"));
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
        WorkerFolder.remove(folder);
        assertThat(folder.resolve("file")).exists();
    }

    /** A folder of somebody else's making in it is left, and so is the folder around it. */
    @Test
    void noFolderIsEmptied() throws Exception {
        Path folder = make();
        Path inner = Files.createDirectory(folder.resolve("inner"));
        Files.createFile(inner.resolve("file"));
        WorkerFolder.remove(folder);
        assertThat(inner.resolve("file")).exists();
    }

    @Test
    void aWorkerStartsWithoutOneWhereThereIsNoPlace() {
        assertThat(WorkerFolder.make(List.of("java", "-Djava.io.tmpdir=" + temporary.resolve("missing"))))
                .isNull();
        assertThat(WorkerFolder.make(List.of("java", "-Djava.io.tmpdir=\0"))).isNull();
    }
}
