package dev.sallyport.transport.dispatch;

import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Deadlines of many calls in constant time each and without allocation: a hashed wheel of linked entries. An entry fires
 * within one tick behind its deadline. Time is an argument. Confined to one thread.
 */
final class DeadlineWheel {

    static final long TICK_MILLIS = 5;

    private static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(TICK_MILLIS);
    private static final int SLOTS = 256;

    /** Something with a deadline; member of at most one wheel. */
    abstract static class Entry {
        private long deadlineNanos;
        private int slot = -1;
        private @Nullable Entry next;
        private @Nullable Entry previous;

        /** The deadline has passed; the entry is off the wheel. */
        abstract void expired();
    }

    private final @Nullable Entry[] heads = new @Nullable Entry[SLOTS];
    private final long originNanos;
    private long tick;
    private int size;

    DeadlineWheel(long nowNanos) {
        this.originNanos = nowNanos;
    }

    boolean isEmpty() {
        return size == 0;
    }

    /** Adds an entry; one that has expired already fires at the next {@link #advance}. */
    void add(Entry entry, long deadlineNanos) {
        entry.deadlineNanos = deadlineNanos;
        long due = Math.max(tick + 1, (deadlineNanos - originNanos + TICK_NANOS - 1) / TICK_NANOS);
        int slot = (int) (due % SLOTS);
        entry.slot = slot;
        entry.previous = null;
        entry.next = heads[slot];
        if (entry.next != null) {
            entry.next.previous = entry;
        }
        heads[slot] = entry;
        size++;
    }

    /** Takes an entry off; no effect when it is not on the wheel. */
    void remove(Entry entry) {
        if (entry.slot < 0) {
            return;
        }
        if (entry.previous == null) {
            heads[entry.slot] = entry.next;
        } else {
            entry.previous.next = entry.next;
        }
        if (entry.next != null) {
            entry.next.previous = entry.previous;
        }
        entry.slot = -1;
        entry.next = null;
        entry.previous = null;
        size--;
    }

    /** Fires every entry whose deadline is not after {@code nowNanos}. */
    void advance(long nowNanos) {
        long target = (nowNanos - originNanos) / TICK_NANOS;
        if (size == 0) {
            tick = Math.max(tick, target);
            return;
        }
        if (target - tick >= SLOTS) {
            tick = target - SLOTS;
        }
        while (tick < target) {
            tick++;
            fire((int) (tick % SLOTS), nowNanos);
        }
    }

    private void fire(int slot, long nowNanos) {
        Entry entry = heads[slot];
        while (entry != null) {
            Entry next = entry.next;
            if (entry.deadlineNanos - nowNanos <= 0) {
                remove(entry);
                entry.expired();
            }
            entry = next;
        }
    }
}
