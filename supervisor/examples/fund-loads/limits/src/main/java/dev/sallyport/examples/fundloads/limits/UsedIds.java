package dev.sallyport.examples.fundloads.limits;

import java.util.HashSet;
import java.util.Set;

/**
 * The load ids of one customer. They are kept for ever, so they decide how much memory a long input takes: an id that is a
 * plain decimal number, as almost all are, takes 16 bytes or so here and ninety as a text in a set.
 */
final class UsedIds {

    /** Any number of so many digits fits a long. */
    private static final int MAX_DIGITS = 18;

    /** Open addressing, at most half full. A slot holds a number plus one; zero is a free slot. */
    private long[] slots = new long[8];

    private int size;
    private final Set<String> texts = new HashSet<>(0);

    /** Whether the id was not there before. */
    boolean add(String id) {
        return isNumber(id) ? add(Long.parseLong(id) + 1) : texts.add(id);
    }

    /** Whether the text is the one form of its number, so that different ids stay different. */
    private static boolean isNumber(String id) {
        if (id.isEmpty() || id.length() > MAX_DIGITS || (id.charAt(0) == '0' && id.length() > 1)) {
            return false;
        }
        for (int i = 0; i < id.length(); i++) {
            if (id.charAt(i) < '0' || id.charAt(i) > '9') {
                return false;
            }
        }
        return true;
    }

    private boolean add(long entry) {
        int slot = slot(slots, entry);
        if (slots[slot] == entry) {
            return false;
        }
        slots[slot] = entry;
        size++;
        if (size > slots.length / 2) {
            grow();
        }
        return true;
    }

    private void grow() {
        long[] larger = new long[slots.length * 2];
        for (long entry : slots) {
            if (entry != 0) {
                larger[slot(larger, entry)] = entry;
            }
        }
        slots = larger;
    }

    /** Where the entry is, or else belongs. */
    private static int slot(long[] slots, long entry) {
        int mask = slots.length - 1;
        // Fibonacci hashing: the upper bits are the well-mixed ones
        int slot = (int) ((entry * 0x9E3779B97F4A7C15L) >>> 32) & mask;
        while (slots[slot] != 0 && slots[slot] != entry) {
            slot = (slot + 1) & mask;
        }
        return slot;
    }
}
