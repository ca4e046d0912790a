package dev.sallyport.transport.dispatch;

import dev.sallyport.transport.CallException;
import dev.sallyport.transport.CallStream;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What one direction of a stream may send: what the peer gave credit for, but never more than {@link CallStream#WINDOW} items that
 * are not written yet, so that a peer which gives much credit and takes nothing does not fill this side's memory. Safe for use by many
 * threads.
 */
final class Outflow {

    private final LongSupplier callId;
    private final Consumer<RuntimeException> onUnwritable;
    private long credit;
    private int unwritten;
    private @Nullable CallException ended;

    /**
     * @param callId 0 while the call was not sent, or when nothing of it is to be written any more
     * @param onUnwritable ends the call of which an item could not be written, on the event loop
     */
    Outflow(LongSupplier callId, Consumer<RuntimeException> onUnwritable) {
        this.callId = callId;
        this.onUnwritable = onUnwritable;
    }

    long callId() {
        return callId.getAsLong();
    }

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

    /** An item was written. */
    synchronized void written() {
        unwritten--;
        notifyAll();
    }

    /** An item never will be written: the stream does not go on without it. */
    void unwritable(RuntimeException cause) {
        onUnwritable.accept(cause);
    }
}
