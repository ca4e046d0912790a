package dev.sallyport.transport.session;

import dev.sallyport.transport.Lane;
import dev.sallyport.transport.PeerId;
import dev.sallyport.transport.PeerSpec;
import dev.sallyport.transport.keys.PeerKeys;
import dev.sallyport.transport.keys.PeerRecord;
import java.nio.ByteBuffer;

/** What the supervisor keeps of a peer that it issued keys for, until they are revoked. */
public final class IssuedPeer {

    private final PeerRecord record;
    private final ByteBuffer keyId;
    private final NonceCache controlNonces;
    private final NonceCache dataNonces;
    private volatile boolean revoked;

    /** @param record owned by this object from here on */
    public IssuedPeer(PeerRecord record, int noncesPerLane, long ttlMillis) {
        this.record = record;
        this.keyId = ByteBuffer.wrap(record.keyId()).asReadOnlyBuffer();
        this.controlNonces = new NonceCache(noncesPerLane, ttlMillis);
        this.dataNonces = new NonceCache(noncesPerLane, ttlMillis);
    }

    public PeerId id() {
        return record.spec().id();
    }

    public PeerSpec spec() {
        return record.spec();
    }

    ByteBuffer keyId() {
        return keyId;
    }

    PeerKeys keys() {
        return record.keys();
    }

    NonceCache nonces(Lane lane) {
        return lane == Lane.CONTROL ? controlNonces : dataNonces;
    }

    public boolean isRevoked() {
        return revoked;
    }

    void revoke() {
        revoked = true;
        record.close();
    }
}
