package dev.sallyport.transport.keys;

import dev.sallyport.transport.RejectReason;
import dev.sallyport.transport.RejectedException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Set;

/** A bundle in a file: created exclusively with mode 0600, in a folder of mode 0700 (protocol.md, section 9). */
final class CredentialFile {

    private CredentialFile() {}

    static void write(Path file, IssuedCredential credential) {
        Path absolute = file.toAbsolutePath();
        byte[] bundle = BundleCodec.encode(credential);
        try {
            prepareFolder(absolute);
            writeNew(absolute, bundle);
        } catch (FileAlreadyExistsException e) {
            throw new RejectedException(
                    RejectReason.E_CONFIG_FILE, "exists already, delete it or choose another name: " + absolute, e);
        } catch (IOException | UnsupportedOperationException e) {
            throw new RejectedException(RejectReason.E_CONFIG_FILE, "cannot write " + absolute + " (" + e + ")", e);
        } finally {
            Arrays.fill(bundle, (byte) 0);
        }
    }

    static IssuedCredential read(Path file) {
        try (InputStream input = OwnerOnly.open(file, RejectReason.E_CONFIG_FILE)) {
            IssuedCredential credential = BundleCodec.read(input);
            if (input.read() >= 0) {
                credential.close();
                throw new RejectedException(
                        RejectReason.E_BUNDLE_TRAILING, "bytes behind the credential: " + file.toAbsolutePath());
            }
            return credential;
        } catch (IOException e) {
            throw new RejectedException(RejectReason.E_CONFIG_FILE, "cannot read " + file.toAbsolutePath(), e);
        }
    }

    private static void prepareFolder(Path file) throws IOException {
        Path folder = file.getParent();
        if (folder == null) {
            throw new RejectedException(RejectReason.E_CONFIG_FILE, "not a file: " + file);
        }
        if (!Files.exists(folder)) {
            Files.createDirectories(folder, PosixFilePermissions.asFileAttribute(OwnerOnly.FOLDER_MODE));
        }
        OwnerOnly.require(folder, OwnerOnly.FOLDER_MODE, "0700", RejectReason.E_CONFIG_FILE);
    }

    private static void writeNew(Path file, byte[] bundle) throws IOException {
        Set<StandardOpenOption> exclusively = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        try (SeekableByteChannel channel =
                Files.newByteChannel(file, exclusively, PosixFilePermissions.asFileAttribute(OwnerOnly.FILE_MODE))) {
            writeFully(channel, bundle, file);
        }
    }

    /** A cut credential is of no use to anyone, so that the file goes when it cannot be written whole. */
    private static void writeFully(SeekableByteChannel channel, byte[] bundle, Path file) throws IOException {
        ByteBuffer remaining = ByteBuffer.wrap(bundle);
        try {
            while (remaining.hasRemaining()) {
                channel.write(remaining);
            }
        } catch (IOException e) {
            Files.deleteIfExists(file);
            throw e;
        }
    }
}
