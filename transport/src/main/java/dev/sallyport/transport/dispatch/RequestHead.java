package dev.sallyport.transport.dispatch;

import dev.sallyport.proto.WireSpec;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * What a request says beside its payload.
 *
 * @param method 1 to 128 bytes of UTF-8, encoded once for its size and its write
 * @param timeoutMillis 1 to 2^32 - 1; 0 only when one-way
 * @param initialCredit items that the caller accepts at once, 0 to 2^32 - 1
 * @param metadata at most {@link WireSpec#MAX_METADATA_ENTRIES} entries; never changes
 */
record RequestHead(
        byte[] method,
        long timeoutMillis,
        boolean oneWay,
        boolean requestStream,
        boolean responseStream,
        long initialCredit,
        Map<String, String> metadata) {

    private static final long U32_MAX = 0xFFFF_FFFFL;

    /** @throws IllegalArgumentException when a peer would refuse it */
    RequestHead {
        if (timeoutMillis < (oneWay ? 0 : 1) || timeoutMillis > U32_MAX) {
            throw new IllegalArgumentException("a time-out is 1 to 2^32 - 1 ms");
        }
        if (initialCredit < 0 || initialCredit > U32_MAX) {
            throw new IllegalArgumentException("a credit is 0 to 2^32 - 1 items");
        }
        if (metadata.size() > WireSpec.MAX_METADATA_ENTRIES) {
            throw new IllegalArgumentException(
                    "a request carries at most " + WireSpec.MAX_METADATA_ENTRIES + " metadata entries");
        }
    }

    /** The time-out for what is left until a deadline: the wire carries at least 1 ms and at most 49 days. */
    static long timeoutMillis(long remainingNanos) {
        return Math.max(1, Math.min(U32_MAX, TimeUnit.NANOSECONDS.toMillis(remainingNanos)));
    }

    /** A call with one request and one reply. */
    static RequestHead unary(String method, long timeoutMillis, Map<String, String> metadata) {
        return new RequestHead(encoded(method), timeoutMillis, false, false, false, 0, metadata);
    }

    /** A request that gets no answer. */
    static RequestHead oneWay(String method, Map<String, String> metadata) {
        return new RequestHead(encoded(method), 0, true, false, false, 0, metadata);
    }

    static byte[] encoded(String method) {
        return method.getBytes(StandardCharsets.UTF_8);
    }
}
