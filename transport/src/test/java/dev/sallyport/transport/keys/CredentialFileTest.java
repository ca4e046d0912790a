package dev.sallyport.transport.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sallyport.transport.RejectReason;
import dev.sallyport.transport.RejectedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CredentialFileTest {

    @TempDir
    private Path folder;

    private final GoldenVector golden = GoldenVector.first();

    @Test
    void aSavedCredentialIsReadAgain() throws IOException {
        Path run = folder.resolve("run");
        Path peers = run.resolve("peers");
        Path file = peers.resolve("a.credential");
        golden.credential().withMetadata("s", List.of("r"), Map.of(), "{}").saveTo(file);
        assertThat(mode(file)).isEqualTo("rw-------");
        assertThat(mode(peers)).isEqualTo("rwx------");
        assertThat(mode(run)).isEqualTo("rwx------");

        try (IssuedCredential read = BundleCodec.readFile(file);
                PeerKeys keys = read.newPeerKeys()) {
            assertThat(read.peer()).isEqualTo(golden.peer());
            assertThat(read.scenarioId()).isEqualTo("s");
            assertThat(keys.handshake(Direction.W2S).<byte[]>use(byte[]::clone)).isEqualTo(golden.hex("keys/hs_w2s"));
        }
    }

    @Test
    void anExistingFileIsKept() throws IOException {
        Path file = Files.writeString(folder.resolve("kept"), "kept");
        assertRefused(() -> golden.credential().saveTo(file), RejectReason.E_CONFIG_FILE, "exists already");
        assertThat(file).hasContent("kept");
    }

    @Test
    void aDanglingLinkIsNotFollowed() throws IOException {
        Path target = folder.resolve("target");
        Path link = Files.createSymbolicLink(folder.resolve("link"), target);
        assertRefused(() -> golden.credential().saveTo(link), RejectReason.E_CONFIG_FILE, "exists already");
        assertThat(target).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(strings = {"rwxr-x---", "rwx--x--x", "rwx---r--", "rwxrwxrwx"})
    void aFolderOpenToOthersIsRefused(String permissions) throws IOException {
        Path open = Files.createDirectory(folder.resolve("open"));
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString(permissions));
        assertRefused(() -> golden.credential().saveTo(open.resolve("c")), RejectReason.E_CONFIG_FILE, "0700");
        assertThat(open).isEmptyDirectory();
    }

    @Test
    void aFolderThatCannotBeMadeIsRefusedInTheSystemsWords() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "");
        assertRefused(
                () -> golden.credential().saveTo(file.resolve("below/c")),
                RejectReason.E_CONFIG_FILE,
                "cannot write " + file.resolve("below/c") + " (java.nio.file.FileSystemException: ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw-r-----", "rw----r--", "rw--w----", "rwx------"})
    void aFileOpenToOthersIsRefused(String permissions) throws IOException {
        Path file = saved();
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
        assertRefused(() -> BundleCodec.readFile(file), RejectReason.E_CONFIG_FILE, "0600");
    }

    @Test
    void aStricterFileIsRead() throws IOException {
        Path file = saved();
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("r--------"));
        BundleCodec.readFile(file).close();
    }

    @Test
    void aFileOfAnotherUserIsRefused() throws IOException {
        Path file = saved();
        assumeTrue(mayChangeOwner(file), "skipped: this user may not give files away");
        assertRefused(() -> BundleCodec.readFile(file), RejectReason.E_CONFIG_FILE, "another user");
    }

    @Test
    void whatIsNoFileIsRefused() {
        assertRefused(
                () -> BundleCodec.readFile(folder.resolve("none")), RejectReason.E_CONFIG_FILE, "no regular file");
        assertRefused(() -> BundleCodec.readFile(folder), RejectReason.E_CONFIG_FILE, "no regular file");
    }

    @Test
    void bytesBehindTheCredentialAreRefused() throws IOException {
        Path file = saved();
        Files.write(file, new byte[1], StandardOpenOption.APPEND);
        assertRefused(() -> BundleCodec.readFile(file), RejectReason.E_BUNDLE_TRAILING, "behind");
    }

    @Test
    void aCutFileIsRefused() throws IOException {
        Path file = saved();
        byte[] whole = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(whole, whole.length - 1));
        assertRefused(() -> BundleCodec.readFile(file), RejectReason.E_BUNDLE_EOF, "early");
    }

    @Test
    void aClosedCredentialLeavesNoFile() {
        IssuedCredential credential = golden.credential();
        credential.close();
        assertThatThrownBy(() -> credential.saveTo(folder.resolve("c"))).isInstanceOf(IllegalStateException.class);
        assertThat(folder).isEmptyDirectory();
    }

    private Path saved() {
        Path file = folder.resolve("a.credential");
        golden.credential().saveTo(file);
        return file;
    }

    private static boolean mayChangeOwner(Path file) {
        try {
            Files.setAttribute(file, "unix:uid", 65_534);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static String mode(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    private void assertRefused(Runnable action, RejectReason reason, String words) {
        RejectedException thrown = catchThrowableOfType(RejectedException.class, action::run);
        assertThat(thrown.reason()).isEqualTo(reason);
        assertThat(thrown).hasMessageContaining(words);
        Canary.of(golden.hex("keys/base_w2s"), golden.hex("keys/base_s2w")).assertAbsentFrom(thrown);
    }
}
