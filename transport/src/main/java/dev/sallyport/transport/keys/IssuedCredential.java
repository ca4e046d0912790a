package dev.sallyport.transport.keys;

import dev.sallyport.transport.Credential;
import dev.sallyport.transport.PeerId;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A credential: the two directional bases, the public terms of the issue, and metadata. Safe for use by many threads. */
public final class IssuedCredential implements Credential {

    private final Secret baseW2s;
    private final Secret baseS2w;
    private final Terms terms;
    private final BundleMetadata metadata;

    /** Takes the secrets over. */
    IssuedCredential(Secret baseW2s, Secret baseS2w, Terms terms, BundleMetadata metadata) {
        this.baseW2s = baseW2s;
        this.baseS2w = baseS2w;
        this.terms = terms;
        this.metadata = metadata;
    }

    @Override
    public PeerId peer() {
        return terms.peer();
    }

    /** The public name of the keys, 16 bytes, a copy. */
    public byte[] keyId() {
        return terms.keyId().clone();
    }

    /** The start of the server that issued it, 16 bytes, a copy. */
    public byte[] bootId() {
        return terms.bootId().clone();
    }

    /** Where the server listens: 127.0.0.1 or ::1. */
    public InetSocketAddress address() {
        return terms.address();
    }

    /** The lowest message schema the server speaks. */
    public int schemaMin() {
        return terms.schemaMin();
    }

    /** The highest message schema the server speaks. */
    public int schemaMax() {
        return terms.schemaMax();
    }

    /** The largest payload of a data frame, in bytes. */
    public int maxPayloadBytes() {
        return terms.maxPayloadBytes();
    }

    /** How old a frame may be, in milliseconds. */
    public int ttlMillis() {
        return terms.ttlMillis();
    }

    /** How long the peer may take to connect and authenticate, in milliseconds. */
    public int connectDeadlineMillis() {
        return terms.connectDeadlineMillis();
    }

    /** The scenario, or empty. */
    public String scenarioId() {
        return metadata.scenarioId();
    }

    public List<String> discoveryRoots() {
        return metadata.discoveryRoots();
    }

    public Map<String, String> selectors() {
        return metadata.selectors();
    }

    /** The runtime profile slice as JSON, or empty. */
    public String runtimeJson() {
        return metadata.runtimeJson();
    }

    /**
     * The same credential with this metadata and keys of its own: each of the two is closed by itself.
     *
     * @throws IllegalStateException when closed
     */
    public IssuedCredential withMetadata(
            String scenarioId, List<String> discoveryRoots, Map<String, String> selectors, String runtimeJson) {
        BundleMetadata replaced = new BundleMetadata(scenarioId, discoveryRoots, selectors, runtimeJson);
        return new IssuedCredential(baseW2s.copy(), baseS2w.copy(), terms, replaced);
    }

    /**
     * The peer's own keys, the caller's to close.
     *
     * @throws IllegalStateException when closed
     */
    public PeerKeys newPeerKeys() {
        return PeerKeys.derive(new JdkHkdf(), baseW2s, baseS2w);
    }

    @Override
    public void saveTo(Path file) {
        CredentialFile.write(file, this);
    }

    @Override
    public void close() {
        baseW2s.close();
        baseS2w.close();
    }

    /** Constant. */
    @Override
    public String toString() {
        return "Credential[redacted]";
    }

    Secret baseW2s() {
        return baseW2s;
    }

    Secret baseS2w() {
        return baseS2w;
    }

    Terms terms() {
        return terms;
    }

    BundleMetadata metadata() {
        return metadata;
    }
}
