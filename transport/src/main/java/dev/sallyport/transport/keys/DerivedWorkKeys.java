package dev.sallyport.transport.keys;

import dev.sallyport.transport.PeerId;

/** With kdf hkdf_sha256: every incarnation's key is derived from the master secret and this start's boot_id. */
final class DerivedWorkKeys implements WorkKeys {

    private final Hkdf hkdf;
    private final Secret prkRoot;

    /** @param master stays the caller's to close */
    DerivedWorkKeys(Hkdf hkdf, byte[] bootId, Secret master) {
        this.hkdf = hkdf;
        this.prkRoot = KeySchedule.prkRoot(hkdf, bootId, master);
    }

    @Override
    public Secret workKey(PeerId peer, byte[] spawnNonce) {
        try (Secret group = KeySchedule.groupKey(hkdf, prkRoot, peer.group())) {
            return KeySchedule.workKey(hkdf, group, peer.worker(), peer.incarnation(), spawnNonce);
        }
    }

    @Override
    public void close() {
        prkRoot.close();
    }
}
