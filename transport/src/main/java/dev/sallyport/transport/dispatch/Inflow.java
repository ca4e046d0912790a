package dev.sallyport.transport.dispatch;

import dev.sallyport.transport.CallException;
import dev.sallyport.transport.CallStream;
import java.util.ArrayDeque;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The items of one direction that have arrived and wait to be read. The peer may send as many as it has credit for, so there are
 * never more than {@link CallStream#WINDOW}. Safe for use by many threads.
 */
final class Inflow<T> {

    private final ArrayDeque<T> items = new ArrayDeque<>();
    private final IntConsumer giveCredit;
    private int credit;
    private int owed;
    private boolean ended;
    private @Nullable CallException failure;

    /**
     * @param credit what the peer has from the start
     * @param giveCredit tells the peer that it may send this many more
     */
    Inflow(int credit, IntConsumer giveCredit) {
        this.credit = credit;
        this.giveCredit = giveCredit;
    }

    /** Somebody reads now: the peer gets its first credit. */
    void open() {
        synchronized (this) {
            credit += CallStream.WINDOW;
        }
        giveCredit.accept(CallStream.WINDOW);
    }

    /** Takes an item of the peer; false: it is beyond the credit that was given. */
    synchronized boolean offer(T item) {
        if (credit == 0) {
            return false;
        }
        credit--;
        if (!ended) {
            items.add(item);
            notifyAll();
        }
        return true;
    }

    /** The peer has sent its last. */
    synchronized void end() {
        ended = true;
        notifyAll();
    }

    /** The call failed: readers get what has arrived, then the failure. */
    synchronized void fail(CallException cause) {
        if (!ended) {
            ended = true;
            failure = cause;
            notifyAll();
        }
    }

    /** Nobody reads any more: what has arrived is let go, and what still comes. */
    synchronized void close() {
        ended = true;
        items.clear();
        notifyAll();
    }

    /** Takes the next item, or null at the end; waits for it. */
    @Nullable
    T take() throws InterruptedException {
        T item;
        int grant = 0;
        synchronized (this) {
            while (items.isEmpty() && !ended) {
                wait();
            }
            item = items.poll();
            if (item == null) {
                throwFailure();
                return null;
            }
            owed++;
            if (owed >= CallStream.WINDOW / 2 && !ended) {
                grant = owed;
                credit += owed;
                owed = 0;
            }
        }
        if (grant > 0) {
            giveCredit.accept(grant);
        }
        return item;
    }

    private void throwFailure() {
        if (failure != null) {
            throw failure;
        }
    }
}
