package dev.sallyport.transport.conformance;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.sallyport.proto.v1.Bundle;
import dev.sallyport.transport.Credential;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/** What a peer learns from its credential file, and the keys it derives from it: the test's own copy, after protocol.md, section 3. */
final class Identity {

    private static final int PREFIX = 9;
    private static final int DIGEST = 32;

    final Bundle bundle;

    Identity(Bundle bundle) {
        this.bundle = bundle;
    }

    /** Reads a credential as a program in another language would: from its file. */
    static Identity of(Credential credential) {
        try {
            Path folder = Files.createTempDirectory(
                    "sallyport", PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            Path file = folder.resolve("credential");
            credential.saveTo(file);
            byte[] bytes = Files.readAllBytes(file);
            Files.delete(file);
            Files.delete(folder);
            return new Identity(Bundle.parseFrom(Arrays.copyOfRange(bytes, PREFIX, bytes.length - DIGEST)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The same keys, for another port. */
    Identity movedTo(int port, int connectDeadlineMillis) {
        return new Identity(bundle.toBuilder()
                .setPort(port)
                .setConnectDeadlineMs(connectDeadlineMillis)
                .build());
    }

    /** A credential file in a new folder under {@code parent}. */
    Path writeTo(Path parent) throws IOException {
        byte[] body = bundle.toByteArray();
        byte[] head = ByteBuffer.allocate(PREFIX + body.length)
                .put("SWPB".getBytes(US_ASCII))
                .put((byte) 1)
                .putInt(body.length)
                .put(body)
                .array();
        Path folder = Files.createDirectory(
                parent.resolve("credentials"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Path file = Files.createFile(
                folder.resolve("peer"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.write(
                file,
                ByteBuffer.allocate(head.length + DIGEST)
                        .put(head)
                        .put(sha256(head))
                        .array());
        return file;
    }

    InetSocketAddress address() {
        try {
            return new InetSocketAddress(
                    InetAddress.getByAddress(bundle.getAddress().toByteArray()), bundle.getPort());
        } catch (UnknownHostException e) {
            throw new UncheckedIOException(e);
        }
    }

    byte[] keyId() {
        return bundle.getKeyId().toByteArray();
    }

    byte[] base(String direction) {
        return (direction.equals("w2s") ? bundle.getBaseW2S() : bundle.getBaseS2W()).toByteArray();
    }

    byte[] handshakeKey(String direction) {
        return expand(base(direction), info("hs"));
    }

    byte[] sessionKey(String direction, byte[] th3, byte[] sessionId) {
        byte[] ikm = expand(base(direction), info("session ikm"));
        byte[] prk = WireFrame.tag(th3, new byte[0], new byte[0], ikm);
        return expand(prk, info("frame " + direction, sessionId));
    }

    byte[] th0() {
        return th0(1);
    }

    byte[] th0(int suite) {
        byte[] address = bundle.getAddress().toByteArray();
        ByteBuffer text = ByteBuffer.allocate(16 + 1 + 16 + 1 + address.length + 2)
                .put("SWP1 transcript\0".getBytes(US_ASCII))
                .put((byte) suite)
                .put(bundle.getBootId().toByteArray())
                .put((byte) address.length)
                .put(address)
                .putShort((short) bundle.getPort());
        return sha256(text.array());
    }

    /** Every secret of this identity that does not depend on a session. */
    byte[][] secrets() {
        return new byte[][] {base("w2s"), base("s2w"), handshakeKey("w2s"), handshakeKey("s2w")};
    }

    static byte[] sha256(byte[]... parts) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (byte[] part : parts) {
                digest.update(part);
            }
            return digest.digest();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] info(String label, byte[]... parts) {
        int size = 4 + 1 + label.length() + 1;
        for (byte[] part : parts) {
            size += 2 + part.length;
        }
        ByteBuffer info = ByteBuffer.allocate(size)
                .put("SWP1".getBytes(US_ASCII))
                .put((byte) label.length())
                .put(label.getBytes(US_ASCII))
                .put((byte) parts.length);
        for (byte[] part : parts) {
            info.putShort((short) part.length).put(part);
        }
        return info.array();
    }

    /** HKDF-Expand for one block. */
    private static byte[] expand(byte[] prk, byte[] info) {
        return WireFrame.tag(prk, new byte[0], info, new byte[] {1});
    }
}
