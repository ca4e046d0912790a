package dev.sallyport.transport.session;

import dev.sallyport.transport.PeerId;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The issued peers, found by key id. Several incarnations share one key id only when a static secret is used as it is
 * (protocol.md, section 3); they are told apart behind the tag. Safe for use by many threads.
 */
public final class PeerDirectory {

    private final Map<ByteBuffer, List<IssuedPeer>> byKeyId = new ConcurrentHashMap<>();

    /** Adds a record. */
    public void add(IssuedPeer record) {
        byKeyId.merge(
                record.keyId(),
                List.of(record),
                (old, added) -> Stream.concat(old.stream(), added.stream()).toList());
    }

    /** Removes a record and wipes its keys. No effect on an unknown peer. */
    public @Nullable IssuedPeer revoke(PeerId id) {
        for (Map.Entry<ByteBuffer, List<IssuedPeer>> entry : byKeyId.entrySet()) {
            for (IssuedPeer record : entry.getValue()) {
                if (record.id().equals(id)) {
                    byKeyId.computeIfPresent(entry.getKey(), (key, records) -> without(records, record));
                    record.revoke();
                    return record;
                }
            }
        }
        return null;
    }

    private static @Nullable List<IssuedPeer> without(List<IssuedPeer> records, IssuedPeer gone) {
        List<IssuedPeer> left = records.stream().filter(r -> r != gone).toList();
        return left.isEmpty() ? null : left;
    }

    /** How many peers are issued. */
    public int size() {
        return byKeyId.values().stream().mapToInt(List::size).sum();
    }

    /** The records under a key id, which all have the same keys; empty when it is unknown. */
    List<IssuedPeer> find(byte[] keyId) {
        return byKeyId.getOrDefault(ByteBuffer.wrap(keyId), List.of());
    }
}
