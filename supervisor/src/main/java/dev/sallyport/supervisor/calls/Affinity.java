package dev.sallyport.supervisor.calls;

import java.nio.charset.StandardCharsets;

/**
 * Which worker a key belongs to. A function of the key and the size of the group alone, so that a record finds its worker
 * in every mode, run and process. FNV-1a over UTF-8, then the finaliser of MurmurHash3, since the low bits of FNV-1a are weak.
 */
final class Affinity {

    private static final long FNV_OFFSET = 0xcbf29ce484222325L;
    private static final long FNV_PRIME = 0x100000001b3L;

    private Affinity() {}

    /** The index of the worker, 0 to {@code size - 1}. */
    static int index(String key, int size) {
        long hash = FNV_OFFSET;
        for (byte b : key.getBytes(StandardCharsets.UTF_8)) {
            hash = (hash ^ (b & 0xff)) * FNV_PRIME;
        }
        return (int) Long.remainderUnsigned(mix(hash), size);
    }

    private static long mix(long hash) {
        long h = hash;
        h = (h ^ (h >>> 33)) * 0xff51afd7ed558ccdL;
        h = (h ^ (h >>> 33)) * 0xc4ceb9fe1a85ec53L;
        return h ^ (h >>> 33);
    }
}
