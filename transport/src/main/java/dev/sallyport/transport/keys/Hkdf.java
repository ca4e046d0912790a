package dev.sallyport.transport.keys;

import dev.sallyport.proto.WireSpec;

/**
 * HKDF with SHA-256 (RFC 5869). Implementations keep no state and are safe for use by many threads. Arguments stay the
 * caller's and are not changed; a returned array is the caller's to wipe.
 */
public interface Hkdf {

    /** The length of a hash, and so of a pseudorandom key, in bytes. */
    int HASH_BYTES = WireSpec.TAG_BYTES;

    /** The most bytes one {@link #expand} may yield: 255 hashes. */
    int MAX_OUTPUT_BYTES = 255 * HASH_BYTES;

    /**
     * The pseudorandom key of {@code ikm}, 32 bytes.
     *
     * @param salt any length; empty is the same as 32 zeros
     */
    byte[] extract(byte[] salt, byte[] ikm);

    /**
     * Key material for one purpose.
     *
     * @param prk at least 32 bytes
     * @param length 1 to {@link #MAX_OUTPUT_BYTES}
     * @throws IllegalArgumentException when {@code length} or the length of {@code prk} is out of range
     */
    byte[] expand(byte[] prk, byte[] info, int length);

    /** Checks the arguments of {@link #expand}. */
    static void requireExpandable(byte[] prk, int length) {
        if (prk.length < HASH_BYTES) {
            throw new IllegalArgumentException("a pseudorandom key has at least " + HASH_BYTES + " bytes");
        }
        if (length < 1 || length > MAX_OUTPUT_BYTES) {
            throw new IllegalArgumentException("an output has 1 to " + MAX_OUTPUT_BYTES + " bytes");
        }
    }
}
