package dev.sallyport.transport.keys;

/**
 * The keys of one incarnation at either end: handshake keys, and what session keys come from. Owns its secrets; safe for
 * use by many threads.
 */
public final class PeerKeys implements AutoCloseable {

    private final Hkdf hkdf;
    private final Secret handshakeW2s;
    private final Secret handshakeS2w;
    private final Secret sessionIkmW2s;
    private final Secret sessionIkmS2w;

    private PeerKeys(Hkdf hkdf, Secret baseW2s, Secret baseS2w) {
        this.hkdf = hkdf;
        this.handshakeW2s = KeySchedule.handshakeKey(hkdf, baseW2s);
        this.handshakeS2w = KeySchedule.handshakeKey(hkdf, baseS2w);
        this.sessionIkmW2s = KeySchedule.sessionIkm(hkdf, baseW2s);
        this.sessionIkmS2w = KeySchedule.sessionIkm(hkdf, baseS2w);
    }

    /** The keys under both bases, which stay the caller's to close. */
    public static PeerKeys derive(Hkdf hkdf, Secret baseW2s, Secret baseS2w) {
        return new PeerKeys(hkdf, baseW2s, baseS2w);
    }

    /** The key of handshake tags in this direction. Lent: it is closed with this object. */
    public Secret handshake(Direction direction) {
        return direction == Direction.W2S ? handshakeW2s : handshakeS2w;
    }

    /**
     * The key of one session's tags in this direction, the caller's to close.
     *
     * @param th3 the transcript hash behind FINISH
     * @throws IllegalStateException when closed
     */
    public Secret session(Direction direction, byte[] th3, byte[] sessionId) {
        Secret ikm = direction == Direction.W2S ? sessionIkmW2s : sessionIkmS2w;
        return KeySchedule.sessionKey(hkdf, th3, ikm, direction, sessionId);
    }

    /** Wipes every key. Session keys handed out before live on. Idempotent. */
    @Override
    public void close() {
        handshakeW2s.close();
        handshakeS2w.close();
        sessionIkmW2s.close();
        sessionIkmS2w.close();
    }
}
