package dev.sallyport.examples.fundloads.limits;

import java.util.Arrays;

/**
 * Loads and cents by period, in sorted arrays: 16 bytes a period instead of the hundred of a map entry, since one is kept for
 * every customer and day. Loads may come in any order of time; those in order find their period at the end.
 */
final class Tally {

    private int[] periods = new int[1];
    private int[] loads = new int[1];
    private long[] cents = new long[1];
    private int size;

    /** The slot of a period, made when there is none. Valid until the next call of this method. */
    int slot(long period) {
        int key = Math.toIntExact(period);
        int found = size > 0 && periods[size - 1] == key ? size - 1 : Arrays.binarySearch(periods, 0, size, key);
        return found >= 0 ? found : insert(-found - 1, key);
    }

    int loads(int slot) {
        return loads[slot];
    }

    long cents(int slot) {
        return cents[slot];
    }

    void add(int slot, long amount) {
        loads[slot]++;
        cents[slot] += amount;
    }

    private int insert(int at, int period) {
        if (size == periods.length) {
            int larger = size * 2;
            periods = Arrays.copyOf(periods, larger);
            loads = Arrays.copyOf(loads, larger);
            cents = Arrays.copyOf(cents, larger);
        }
        int behind = size - at;
        System.arraycopy(periods, at, periods, at + 1, behind);
        System.arraycopy(loads, at, loads, at + 1, behind);
        System.arraycopy(cents, at, cents, at + 1, behind);
        periods[at] = period;
        loads[at] = 0;
        cents[at] = 0;
        size++;
        return at;
    }
}
