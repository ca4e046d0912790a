package dev.sallyport.transport.keys;

import dev.sallyport.transport.PeerId;
import dev.sallyport.transport.RejectReason;
import dev.sallyport.transport.RejectedException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Static secrets with kdf none: each group's own secret is its worker's key, so that one group has one worker, and no two
 * groups have one secret. Incarnations of the one worker may overlap while one replaces the other: they share the key in
 * any case.
 */
final class GroupSecretWorkKeys implements WorkKeys {

    private final Map<String, Secret> secrets;
    private final Map<String, Set<PeerId>> live = new HashMap<>();

    /**
     * @param secrets by group, taken over, and closed when they are refused
     * @throws RejectedException {@link RejectReason#E_CONFIG_ISOLATION} when two groups have one secret
     */
    GroupSecretWorkKeys(Map<String, Secret> secrets) {
        this.secrets = Map.copyOf(secrets);
        try {
            requireDistinct(this.secrets);
        } catch (RejectedException e) {
            close();
            throw e;
        }
    }

    private static void requireDistinct(Map<String, Secret> secrets) {
        List<Map.Entry<String, Secret>> seen = new ArrayList<>();
        for (Map.Entry<String, Secret> next : new TreeMap<>(secrets).entrySet()) {
            for (Map.Entry<String, Secret> earlier : seen) {
                if (Secret.same(earlier.getValue(), next.getValue())) {
                    throw new RejectedException(
                            RejectReason.E_CONFIG_ISOLATION,
                            "groups " + earlier.getKey() + " and " + next.getKey()
                                    + " have the same static secret: give"
                                    + " each its own, or derive keys with kdf hkdf_sha256");
                }
            }
            seen.add(next);
        }
    }

    @Override
    public synchronized Secret workKey(PeerId peer, byte[] spawnNonce) {
        Secret secret = secrets.get(peer.group());
        if (secret == null) {
            throw new RejectedException(
                    RejectReason.E_CONFIG_SECRET, "group " + peer.group() + " has no static secret: configure one");
        }
        Set<PeerId> peers = live.computeIfAbsent(peer.group(), group -> new HashSet<>());
        if (peers.stream().anyMatch(other -> !other.worker().equals(peer.worker()))) {
            throw new RejectedException(
                    RejectReason.E_CONFIG_ISOLATION,
                    "group " + peer.group()
                            + " uses its static secret as it is, which only one worker may have: run one"
                            + " worker in it, or derive keys with kdf hkdf_sha256");
        }
        Secret key = secret.copy();
        peers.add(peer);
        return key;
    }

    @Override
    public synchronized void release(PeerId peer) {
        Set<PeerId> peers = live.get(peer.group());
        if (peers != null) {
            peers.remove(peer);
        }
    }

    @Override
    public void close() {
        secrets.values().forEach(Secret::close);
    }
}
