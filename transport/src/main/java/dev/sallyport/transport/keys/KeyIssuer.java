package dev.sallyport.transport.keys;

import dev.sallyport.proto.WireSpec;
import dev.sallyport.transport.PeerId;
import dev.sallyport.transport.PeerSpec;
import dev.sallyport.transport.RejectReason;
import dev.sallyport.transport.RejectedException;
import dev.sallyport.transport.TransportConfig;
import java.net.InetSocketAddress;
import java.security.SecureRandom;

/**
 * The serving side's source of keys for one start of a server. It holds what keys come from and none of the keys it
 * issued: who was issued what, and for how long, is the caller's to keep. Safe for use by many threads.
 */
public final class KeyIssuer implements AutoCloseable {

    private final TransportConfig config;
    private final SecureRandom random;
    private final Hkdf hkdf = new BouncyCastleHkdf();
    private final byte[] bootId;
    private final WorkKeys workKeys;

    /** The operator's secret is none of the administrator's: who holds a group's must not rule the supervisor. */
    private final WorkKeys adminKeys;

    /**
     * Draws boot_id, then loads or generates the master secret.
     *
     * @throws RejectedException {@link RejectReason#E_CONFIG_SECRET} when a static secret is missing or not to be read
     *     safely, {@link RejectReason#E_CONFIG_ISOLATION} when two groups have the same secret
     */
    public KeyIssuer(TransportConfig config, SecureRandom random) {
        this.config = config;
        this.random = random;
        this.bootId = randomBytes(WireSpec.BOOT_ID_BYTES);
        this.workKeys = MasterSecrets.workKeys(config, hkdf, bootId, random);
        this.adminKeys = new FreshWorkKeys(random);
    }

    /** What one issue yields; each part is closed by itself. */
    public record Issued(IssuedCredential credential, PeerRecord record) {}

    /** The public name of this start, 16 bytes, a copy. */
    public byte[] bootId() {
        return bootId.clone();
    }

    /**
     * Issues the keys of one incarnation.
     *
     * @param address where the server listens, its port not 0
     * @throws RejectedException {@link RejectReason#E_CONFIG_ISOLATION} when the group's static secret is used as it is and
     *     another worker of the group has it; {@link RejectReason#E_CONFIG_SECRET} when the group has no static secret
     * @throws IllegalStateException when closed
     */
    public Issued issue(PeerSpec spec, InetSocketAddress address) {
        byte[] spawnNonce = randomBytes(WireSpec.SPAWN_NONCE_BYTES);
        WorkKeys source = spec.id().isAdmin() ? adminKeys : workKeys;
        try (Secret workKey = source.workKey(spec.id(), spawnNonce)) {
            byte[] keyId = KeySchedule.keyId(hkdf, workKey);
            Secret baseW2s = KeySchedule.base(hkdf, workKey, Direction.W2S);
            Secret baseS2w = KeySchedule.base(hkdf, workKey, Direction.S2W);
            PeerKeys keys = PeerKeys.derive(hkdf, baseW2s, baseS2w);
            return new Issued(
                    new IssuedCredential(
                            baseW2s, baseS2w, terms(spec.id(), keyId, spawnNonce, address), BundleMetadata.NONE),
                    new PeerRecord(keyId, keys, spec, spawnNonce));
        }
    }

    /** The peer was revoked: another worker may have its group's static secret. No effect on an unknown peer. */
    public void release(PeerId peer) {
        workKeys.release(peer);
    }

    /** Wipes what keys come from. What was issued lives on. Idempotent. */
    @Override
    public void close() {
        adminKeys.close();
        workKeys.close();
    }

    private Terms terms(PeerId peer, byte[] keyId, byte[] spawnNonce, InetSocketAddress address) {
        return new Terms(
                peer,
                keyId,
                bootId,
                spawnNonce,
                address,
                WireSpec.SCHEMA_MIN,
                WireSpec.SCHEMA_MAX,
                config.maxPayloadBytes(),
                Math.toIntExact(config.ttl().toMillis()),
                Math.toIntExact(config.connectTimeout().toMillis()));
    }

    private byte[] randomBytes(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }
}
