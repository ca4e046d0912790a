package dev.sallyport.transport.keys;

import dev.sallyport.transport.PeerId;
import dev.sallyport.transport.PeerSpec;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** One entry of the golden vectors: a key schedule and the handshakes of both lanes under it. */
public record GoldenVector(JsonNode node) {

    private static final JsonNode GOLDEN = load();

    /** All of them. */
    public static Stream<GoldenVector> all() {
        return GOLDEN.get("vectors").valueStream().map(GoldenVector::new);
    }

    /** The first, which is the ordinary case. */
    public static GoldenVector first() {
        return all().findFirst().orElseThrow();
    }

    /** The one over the IPv6 loopback. */
    public static GoldenVector overIpv6() {
        return all().filter(v -> v.text("addr").equals("::1")).findFirst().orElseThrow();
    }

    /** The negative frames, each an object of name, frame and expect. */
    public static List<JsonNode> negativeFrames() {
        return GOLDEN.get("negative_session").valueStream().toList();
    }

    /** The text at a path such as {@code lanes/data/th0}. */
    public String text(String path) {
        return node.at("/" + path).asString();
    }

    /** The bytes at a path, given in hex. */
    public byte[] hex(String path) {
        return HexFormat.of().parseHex(text(path));
    }

    public Secret secret(String path) {
        return Secret.adopt(hex(path));
    }

    public boolean has(String path) {
        return !node.at("/" + path).isMissingNode();
    }

    public PeerId peer() {
        return new PeerId(text("group"), text("worker"), node.get("incarnation").asLong());
    }

    public InetSocketAddress address() {
        try {
            return new InetSocketAddress(
                    InetAddress.getByName(text("addr")), node.get("port").asInt());
        } catch (UnknownHostException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The keys of both ends, by this implementation. */
    public PeerKeys peerKeys(Hkdf hkdf) {
        try (Secret w2s = secret("keys/base_w2s");
                Secret s2w = secret("keys/base_s2w")) {
            return PeerKeys.derive(hkdf, w2s, s2w);
        }
    }

    /** What the serving side would have kept. */
    public PeerRecord record(Hkdf hkdf) {
        PeerSpec spec = new PeerSpec(peer(), Set.of());
        return new PeerRecord(hex("keys/key_id"), peerKeys(hkdf), spec, hex("spawn_nonce"));
    }

    /** The credential that would have been issued, with limits that the vectors do not fix. */
    public IssuedCredential credential() {
        Terms terms = new Terms(
                peer(),
                hex("keys/key_id"),
                hex("boot_id"),
                hex("spawn_nonce"),
                address(),
                1,
                1,
                1 << 20,
                30_000,
                10_000);
        return new IssuedCredential(secret("keys/base_w2s"), secret("keys/base_s2w"), terms, BundleMetadata.NONE);
    }

    @Override
    public String toString() {
        return text("name");
    }

    private static JsonNode load() {
        try (InputStream json = GoldenVector.class.getResourceAsStream("/vectors/swp1_golden.json")) {
            return JsonMapper.shared().readTree(Objects.requireNonNull(json, "swp1_golden.json"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
