package dev.sallyport.transport.keys;

import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The one holder of secret bytes. It says nothing of itself, compares by identity, cannot be serialised, and overwrites
 * its bytes on {@link #close()}. Safe for use by many threads: a use in progress ends before the wipe begins.
 */
public final class Secret implements AutoCloseable {

    private final byte[] bytes;
    private boolean closed;

    private Secret(byte[] bytes) {
        this.bytes = bytes;
    }

    /** A secret of the same bytes; {@code source} stays the caller's to wipe. */
    public static Secret copyOf(byte[] source) {
        return new Secret(source.clone());
    }

    /** A secret of {@code length} fresh bytes. */
    public static Secret random(SecureRandom random, int length) {
        byte[] fresh = new byte[length];
        random.nextBytes(fresh);
        return new Secret(fresh);
    }

    /** A secret that owns {@code source}: nobody else may keep or change the array. */
    static Secret adopt(byte[] source) {
        return new Secret(source);
    }

    /** How many bytes it holds; known after close as well. */
    public int length() {
        return bytes.length;
    }

    /**
     * Applies {@code user} to the live bytes. The array is lent for the call: it must not be kept, changed, or returned.
     * The call holds this secret's lock, so it should be short and must not wait.
     *
     * @throws IllegalStateException when closed
     */
    public synchronized <T extends @Nullable Object> T use(Function<byte[], T> user) {
        if (closed) {
            throw new IllegalStateException("the secret is closed");
        }
        return user.apply(bytes);
    }

    /** {@link #use} without a result. */
    public void accept(Consumer<byte[]> user) {
        use(live -> {
            user.accept(live);
            return null;
        });
    }

    /** A second holder of the same bytes, closed on its own. */
    Secret copy() {
        return use(Secret::copyOf);
    }

    /** Whether both hold the same bytes, in time that depends on the lengths only. */
    static boolean same(Secret a, Secret b) {
        return a.use(left -> b.use(right -> MessageDigest.isEqual(left, right)));
    }

    public synchronized boolean isClosed() {
        return closed;
    }

    /** Overwrites the bytes with zeros. Idempotent. */
    @Override
    public synchronized void close() {
        closed = true;
        Arrays.fill(bytes, (byte) 0);
    }

    /** Constant. */
    @Override
    public String toString() {
        return "[redacted]";
    }
}
