package dev.sallyport.transport.keys;

import com.google.protobuf.ByteString;
import dev.sallyport.proto.WireSpec;
import dev.sallyport.proto.v1.Bundle;
import dev.sallyport.transport.PeerId;
import dev.sallyport.transport.RejectReason;
import dev.sallyport.transport.RejectedException;
import dev.sallyport.transport.TransportConfig;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** The fields of a bundle, to and from a credential, with every check of their lengths and ranges. */
final class BundleFields {

    /** The only addresses a server listens on. An IPv4 address in IPv6 form is none of them. */
    private static final List<byte[]> LOOPBACKS =
            List.of(new byte[] {127, 0, 0, 1}, new byte[] {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1});

    private static final int SCHEMA_CEILING = 0xFFFF;

    private BundleFields() {}

    /** The message, which borrows both bases. */
    static Bundle toMessage(IssuedCredential credential, ByteString baseW2s, ByteString baseS2w) {
        Terms terms = credential.terms();
        BundleMetadata metadata = credential.metadata();
        return Bundle.newBuilder()
                .setKeyId(ByteString.copyFrom(terms.keyId()))
                .setBaseW2S(baseW2s)
                .setBaseS2W(baseS2w)
                .setBootId(ByteString.copyFrom(terms.bootId()))
                .setGroupId(terms.peer().group())
                .setWorkerId(terms.peer().worker())
                .setIncarnation(terms.peer().incarnation())
                .setSpawnNonce(ByteString.copyFrom(terms.spawnNonce()))
                .setAddress(ByteString.copyFrom(terms.address().getAddress().getAddress()))
                .setPort(terms.address().getPort())
                .setWireVersion(WireSpec.VERSION)
                .setSuite(WireSpec.SUITE)
                .setSchemaMin(terms.schemaMin())
                .setSchemaMax(terms.schemaMax())
                .setMaxPayloadBytes(terms.maxPayloadBytes())
                .setTtlMs(terms.ttlMillis())
                .setConnectDeadlineMs(terms.connectDeadlineMillis())
                .setScenarioId(metadata.scenarioId())
                .addAllDiscoveryRoots(metadata.discoveryRoots())
                .putAllSelectors(metadata.selectors())
                .setRuntime(ByteString.copyFromUtf8(metadata.runtimeJson()))
                .build();
    }

    /**
     * The credential, which borrows nothing of the message.
     *
     * @param selectors in place of the message's own
     * @throws RejectedException {@link RejectReason#E_BUNDLE_FIELD} naming the field, never its value
     */
    static IssuedCredential toCredential(Bundle bundle, Map<String, String> selectors) {
        require(bundle.getBaseW2S().size() == WireSpec.KEY_BYTES, "base_w2s");
        require(bundle.getBaseS2W().size() == WireSpec.KEY_BYTES, "base_s2w");
        Terms terms = terms(bundle);
        require(bundle.getRuntime().isValidUtf8(), "runtime");
        BundleMetadata metadata = new BundleMetadata(
                bundle.getScenarioId(),
                bundle.getDiscoveryRootsList(),
                selectors,
                bundle.getRuntime().toStringUtf8());
        return new IssuedCredential(
                Secret.adopt(bundle.getBaseW2S().toByteArray()),
                Secret.adopt(bundle.getBaseS2W().toByteArray()),
                terms,
                metadata);
    }

    private static Terms terms(Bundle bundle) {
        require(bundle.getKeyId().size() == WireSpec.KEY_ID_BYTES, "key_id");
        require(bundle.getBootId().size() == WireSpec.BOOT_ID_BYTES, "boot_id");
        require(bundle.getSpawnNonce().size() == WireSpec.SPAWN_NONCE_BYTES, "spawn_nonce");
        require(bundle.getWireVersion() == WireSpec.VERSION, "wire_version");
        require(bundle.getSuite() == WireSpec.SUITE, "suite");
        requireSchemas(bundle.getSchemaMin(), bundle.getSchemaMax());
        require(
                bundle.getMaxPayloadBytes() >= WireSpec.MAX_PAYLOAD_FLOOR
                        && bundle.getMaxPayloadBytes() <= TransportConfig.MAX_PAYLOAD_CEILING,
                "max_payload_bytes");
        // unsigned on the wire: what does not fit an int is negative here
        require(bundle.getTtlMs() > 0, "ttl_ms");
        require(bundle.getConnectDeadlineMs() > 0, "connect_deadline_ms");
        return new Terms(
                peer(bundle),
                bundle.getKeyId().toByteArray(),
                bundle.getBootId().toByteArray(),
                bundle.getSpawnNonce().toByteArray(),
                address(bundle),
                bundle.getSchemaMin(),
                bundle.getSchemaMax(),
                (int) bundle.getMaxPayloadBytes(),
                bundle.getTtlMs(),
                bundle.getConnectDeadlineMs());
    }

    /** A range that has nothing in common with this build would only end as a silent close later. */
    private static void requireSchemas(int min, int max) {
        require(min >= 1 && min <= WireSpec.SCHEMA_MAX, "schema_min");
        require(max >= min && max >= WireSpec.SCHEMA_MIN && max <= SCHEMA_CEILING, "schema_max");
    }

    private static PeerId peer(Bundle bundle) {
        require(PeerId.isName(bundle.getGroupId()) || bundle.getGroupId().equals(PeerId.ADMIN_GROUP), "group_id");
        require(PeerId.isName(bundle.getWorkerId()), "worker_id");
        require(bundle.getIncarnation() > 0, "incarnation");
        return new PeerId(bundle.getGroupId(), bundle.getWorkerId(), bundle.getIncarnation());
    }

    private static InetSocketAddress address(Bundle bundle) {
        byte[] raw = bundle.getAddress().toByteArray();
        require(LOOPBACKS.stream().anyMatch(loopback -> Arrays.equals(loopback, raw)), "address");
        require(bundle.getPort() > 0 && bundle.getPort() <= 0xFFFF, "port");
        try {
            return new InetSocketAddress(InetAddress.getByAddress(raw), bundle.getPort());
        } catch (UnknownHostException e) {
            throw new IllegalStateException("a loopback address has 4 or 16 bytes", e);
        }
    }

    private static void require(boolean holds, String field) {
        if (!holds) {
            throw new RejectedException(RejectReason.E_BUNDLE_FIELD, field + " is missing or out of range");
        }
    }
}
