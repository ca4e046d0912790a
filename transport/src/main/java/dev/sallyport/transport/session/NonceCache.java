package dev.sallyport.transport.session;

import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The nonces of verified HELLOs of one key and lane (protocol.md, section 4). An entry lives {@code 2 ttl}; nothing live is
 * evicted, so a full cache refuses. Confined to one thread.
 */
final class NonceCache {

    enum Verdict {
        FRESH,
        SEEN,
        FULL
    }

    private final int capacity;
    private final long lifetimeMillis;
    private final Map<ByteBuffer, Long> expiryByNonce = new LinkedHashMap<>();

    NonceCache(int capacity, long ttlMillis) {
        this.capacity = capacity;
        this.lifetimeMillis = 2 * ttlMillis;
    }

    /** Remembers {@code nonce}, which is not copied. */
    Verdict add(byte[] nonce, long nowMillis) {
        dropExpired(nowMillis);
        ByteBuffer key = ByteBuffer.wrap(nonce);
        if (expiryByNonce.containsKey(key)) {
            return Verdict.SEEN;
        }
        if (expiryByNonce.size() >= capacity) {
            return Verdict.FULL;
        }
        expiryByNonce.put(key, nowMillis + lifetimeMillis);
        return Verdict.FRESH;
    }

    /** Entries are in order of arrival; a wall clock stepped back keeps them a little longer. */
    private void dropExpired(long nowMillis) {
        Iterator<Long> oldest = expiryByNonce.values().iterator();
        while (oldest.hasNext() && oldest.next() < nowMillis) {
            oldest.remove();
        }
    }
}
