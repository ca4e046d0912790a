package dev.sallyport.transport.keys;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.sallyport.proto.WireSpec;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * Every derivation of SWP/1 (protocol.md, section 3) and the transcript hashes of its handshake (section 4). Pure
 * functions. A {@link Secret} argument stays the caller's; a returned one is the caller's to close.
 */
public final class KeySchedule {

    private static final byte[] INFO_PREFIX = "SWP1".getBytes(US_ASCII);
    private static final byte[] ROOT_PREFIX = "SWP1 root\0".getBytes(US_ASCII);
    private static final byte[] TRANSCRIPT_PREFIX = "SWP1 transcript\0".getBytes(US_ASCII);

    private KeySchedule() {}

    /** I(label, parts): every piece has its length in front, so that no two lists of pieces give the same bytes. */
    static byte[] info(String label, byte[]... parts) {
        byte[] name = label.getBytes(US_ASCII);
        int size = INFO_PREFIX.length + 1 + name.length + 1;
        for (byte[] part : parts) {
            size += 2 + part.length;
        }
        if (name.length > 0xFF || parts.length > 0xFF) {
            throw new IllegalArgumentException("a label has at most 255 bytes, an info at most 255 parts");
        }
        ByteBuffer info = ByteBuffer.allocate(size).put(INFO_PREFIX);
        info.put((byte) name.length).put(name).put((byte) parts.length);
        for (byte[] part : parts) {
            if (part.length > 0xFFFF) {
                throw new IllegalArgumentException("a part has at most 65535 bytes");
            }
            info.putShort((short) part.length).put(part);
        }
        return info.array();
    }

    /** PRK_ROOT of one server start. */
    static Secret prkRoot(Hkdf hkdf, byte[] bootId, Secret master) {
        byte[] salt = sha256(ROOT_PREFIX, bootId);
        return Secret.adopt(master.use(ms -> hkdf.extract(salt, ms)));
    }

    /** K_GROUP. */
    static Secret groupKey(Hkdf hkdf, Secret prkRoot, String group) {
        return expand(hkdf, prkRoot, info("group", group.getBytes(US_ASCII)));
    }

    /** K_WORK of one incarnation. */
    static Secret workKey(Hkdf hkdf, Secret groupKey, String worker, long incarnation, byte[] spawnNonce) {
        byte[] count = ByteBuffer.allocate(Long.BYTES).putLong(incarnation).array();
        return expand(hkdf, groupKey, info("worker", worker.getBytes(US_ASCII), count, spawnNonce));
    }

    /** The public name of the keys that come from {@code workKey}, 16 bytes. */
    static byte[] keyId(Hkdf hkdf, Secret workKey) {
        return workKey.use(k -> hkdf.expand(k, info("key id"), WireSpec.KEY_ID_BYTES));
    }

    /** base_d: what the bundle carries. */
    static Secret base(Hkdf hkdf, Secret workKey, Direction direction) {
        return expand(hkdf, workKey, info("base " + direction.label()));
    }

    /** hs_d: the key of handshake tags. */
    static Secret handshakeKey(Hkdf hkdf, Secret base) {
        return expand(hkdf, base, info("hs"));
    }

    /** sik_d: from it come the session keys. */
    static Secret sessionIkm(Hkdf hkdf, Secret base) {
        return expand(hkdf, base, info("session ikm"));
    }

    /** k_d: the key of session tags. */
    static Secret sessionKey(Hkdf hkdf, byte[] th3, Secret sessionIkm, Direction direction, byte[] sessionId) {
        try (Secret prk = Secret.adopt(sessionIkm.use(sik -> hkdf.extract(th3, sik)))) {
            return expand(hkdf, prk, info("frame " + direction.label(), sessionId));
        }
    }

    /**
     * TH0: what both sides know before the first frame.
     *
     * @param address the 4 or 16 raw bytes of the server's address
     * @param port the server's port, 1 to 65535
     */
    public static byte[] th0(byte[] bootId, byte[] address, int port) {
        byte[] head = {WireSpec.SUITE};
        byte[] length = {(byte) address.length};
        byte[] portBytes = {(byte) (port >>> 8), (byte) port};
        return sha256(TRANSCRIPT_PREFIX, head, bootId, length, address, portBytes);
    }

    /** The next transcript hash: of the one before and a whole frame as sent, LEN and tag included. */
    public static byte[] next(byte[] th, byte[] frame) {
        return sha256(th, frame);
    }

    private static Secret expand(Hkdf hkdf, Secret key, byte[] info) {
        return Secret.adopt(key.use(k -> hkdf.expand(k, info, WireSpec.KEY_BYTES)));
    }

    private static byte[] sha256(byte[]... parts) {
        MessageDigest digest = newSha256();
        for (byte[] part : parts) {
            digest.update(part);
        }
        return digest.digest();
    }

    static MessageDigest newSha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
