package dev.sallyport.transport.keys;

import dev.sallyport.transport.PeerId;

/** Where K_WORK of an incarnation comes from: one row of the table in protocol.md, section 3. Safe for many threads. */
sealed interface WorkKeys extends AutoCloseable permits DerivedWorkKeys, FreshWorkKeys, GroupSecretWorkKeys {

    /**
     * K_WORK, the caller's to close.
     *
     * @param spawnNonce 16 random bytes of this issue
     * @throws IllegalStateException when closed
     */
    Secret workKey(PeerId peer, byte[] spawnNonce);

    /** The peer was revoked: what was reserved for it is free. */
    default void release(PeerId peer) {}

    /** Wipes what keys come from. Idempotent. */
    @Override
    void close();
}
