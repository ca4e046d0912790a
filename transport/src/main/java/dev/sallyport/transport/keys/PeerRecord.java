package dev.sallyport.transport.keys;

import dev.sallyport.transport.PeerSpec;

/** What the serving side keeps of an issued peer. Owns the keys. */
public final class PeerRecord implements AutoCloseable {

    private final byte[] keyId;
    private final PeerKeys keys;
    private final PeerSpec spec;
    private final byte[] spawnNonce;

    PeerRecord(byte[] keyId, PeerKeys keys, PeerSpec spec, byte[] spawnNonce) {
        this.keyId = keyId.clone();
        this.keys = keys;
        this.spec = spec;
        this.spawnNonce = spawnNonce.clone();
    }

    /** The public name of the keys, 16 bytes, a copy. With static secrets used as they are, incarnations share it. */
    public byte[] keyId() {
        return keyId.clone();
    }

    /** Lent: closed with this record. */
    public PeerKeys keys() {
        return keys;
    }

    public PeerSpec spec() {
        return spec;
    }

    /** The random bytes of this issue, 16, a copy. Public. */
    public byte[] spawnNonce() {
        return spawnNonce.clone();
    }

    /** Wipes the keys. Idempotent. */
    @Override
    public void close() {
        keys.close();
    }
}
