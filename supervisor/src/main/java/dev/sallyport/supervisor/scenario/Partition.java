package dev.sallyport.supervisor.scenario;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * The records of some keys, on their way to the worker that holds the state of those keys. One batch at a time is under
 * way; what arrives meanwhile is the next one, so batches grow with the load and nothing waits for one to fill.
 */
final class Partition<R> {

    /** A record and its place in the window. */
    record Item<R>(Entry entry, R record) {}

    private final String name;
    private final Deque<Item<R>> waiting = new ArrayDeque<>();
    private boolean busy;
    private long decided;

    Partition(String name) {
        this.name = name;
    }

    String name() {
        return name;
    }

    /** How many of its records were decided. */
    long decided() {
        return decided;
    }

    void add(Item<R> item) {
        waiting.addLast(item);
    }

    boolean isReady() {
        return !busy && !waiting.isEmpty();
    }

    /** Takes the next batch, one record or more, and is busy with it until {@link #decided(int)}. */
    List<Item<R>> take(RunOptions options) {
        List<Item<R>> batch = new ArrayList<>();
        int bytes = 0;
        for (Item<R> next = waiting.peekFirst(); next != null; next = waiting.peekFirst()) {
            bytes += next.entry().bytes();
            if (batch.size() == options.batchRecords() || (bytes > options.batchBytes() && !batch.isEmpty())) {
                break;
            }
            batch.add(waiting.removeFirst());
        }
        busy = true;
        return batch;
    }

    void decided(int records) {
        decided += records;
        busy = false;
    }
}
