package dev.sallyport.transport.dispatch;

import dev.sallyport.transport.CallException;
import org.jspecify.annotations.Nullable;

/** The credit that the peer gave for one direction, and who waits for it. Safe for use by many threads. */
final class Outflow {

    private long credit;
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

    /** Takes credit for one item; waits for it. */
    synchronized void acquire() throws InterruptedException {
        while (credit == 0 && ended == null) {
            wait();
        }
        if (ended != null) {
            throw ended;
        }
        credit--;
    }
}
