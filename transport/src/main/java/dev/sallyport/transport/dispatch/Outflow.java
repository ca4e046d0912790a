package dev.sallyport.transport.dispatch;

import dev.sallyport.transport.CallException;
import dev.sallyport.transport.CallStream;
import org.jspecify.annotations.Nullable;

/**
 * What one direction of a stream may send: what the peer gave credit for, but never more than {@link CallStream#WINDOW} items that
 * are not written yet, so that a peer which gives much credit and takes nothing does not fill this side's memory. Safe for use by many
 * threads.
 */
final class Outflow {

    private long credit;
    private int unwritten;
    private @Nullable CallException ended;

    /** The peer takes this many more. */
    synchronized void grant(long items) {
        credit = Math.min(Integer.MAX_VALUE, credit + items);
        notifyAll();
    }

    /** The call has ended: nothing is sent any more. */
    synchronized void end(CallException cause) {
        if (ended == null) {
            ended = cause;
            notifyAll();
        }
    }

    /** Takes credit and room for one item; waits for both. */
    synchronized void acquire() throws InterruptedException {
        while ((credit == 0 || unwritten == CallStream.WINDOW) && ended == null) {
            wait();
        }
        if (ended != null) {
            throw ended;
        }
        credit--;
        unwritten++;
    }

    /** An item was written, or never will be. */
    synchronized void written() {
        unwritten--;
        notifyAll();
    }
}
