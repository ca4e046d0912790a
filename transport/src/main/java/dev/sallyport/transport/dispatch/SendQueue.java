package dev.sallyport.transport.dispatch;

import dev.sallyport.proto.WireSpec;
import dev.sallyport.transport.session.Kind;
import dev.sallyport.transport.session.SessionChannel;
import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Messages on their way out. Any thread gives; the event loop takes all that has been given and packs it into as few CALLS
 * frames as are good for both ends, so that one header, one tag and one flush cover a batch and nothing ever waits for more.
 *
 * <p>What may be in it is bounded by the limits on concurrent calls; only answers to requests beyond the limit are not, so above a
 * backlog reading pauses until the peer takes them.
 */
final class SendQueue {

    /** Larger batches make the two ends take turns: one waits while the other computes a tag over all of it. */
    private static final int FRAME_TARGET_BYTES = 8 * 1024;

    /** Messages in one frame at most; see {@link #FRAME_TARGET_BYTES}. */
    static final int FRAME_TARGET_MESSAGES = 32;

    private final int backlogLimit;
    private final Runnable afterDrain;
    private final Queue<Outgoing> given = new ConcurrentLinkedQueue<>();
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean scheduled = new AtomicBoolean();
    private final ArrayDeque<Outgoing> ready = new ArrayDeque<>();
    private volatile @Nullable SessionChannel channel;
    private volatile boolean closed;
    private boolean paused;

    /** @param afterDrain runs on the event loop behind every drain */
    SendQueue(int backlogLimit, Runnable afterDrain) {
        this.backlogLimit = backlogLimit;
        this.afterDrain = afterDrain;
    }

    /** Takes a message from any thread. */
    void give(Outgoing message) {
        given.add(message);
        schedule();
    }

    /** Runs a task on the event loop, from any thread; at once when the session has ended. */
    void run(Runnable task) {
        tasks.add(task);
        schedule();
    }

    private void schedule() {
        SessionChannel open = channel;
        if (open != null && scheduled.compareAndSet(false, true)) {
            try {
                open.execute(this::drain);
            } catch (RejectedExecutionException e) {
                scheduled.set(false);
                abandonGiven();
            }
        }
    }

    /** The session is open: what was given before leaves. Event loop. */
    void open(SessionChannel openChannel) {
        channel = openChannel;
        drain();
    }

    boolean isOpen() {
        return channel != null && !closed;
    }

    /** Puts a message behind those that are ready. Event loop. */
    void enter(Outgoing message) {
        ready.add(message);
    }

    /** Takes what was given and writes what the channel takes. Event loop. */
    void drain() {
        scheduled.set(false);
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
            task.run();
        }
        SessionChannel open = channel;
        if (closed) {
            abandonGiven();
        } else if (open != null) {
            for (Outgoing message = given.poll(); message != null; message = given.poll()) {
                if (message.enter()) {
                    ready.add(message);
                }
            }
            if (!ready.isEmpty()) {
                write(open);
                pace(open);
            }
        }
        afterDrain.run();
    }

    private void write(SessionChannel open) {
        ByteBuf frame = null;
        int bytes = 0;
        int messages = 0;
        long now = open.nanoTime();
        while (!ready.isEmpty() && (frame != null || open.isWritable())) {
            Outgoing message = ready.peek();
            int size = prepare(message, now);
            if (size > 0 && frame != null && !fits(bytes + size, messages)) {
                open.end(Kind.CALLS);
                frame = null;
                continue;
            }
            // what fails below stays in the queue, and is abandoned with it
            if (size > 0) {
                if (frame == null) {
                    frame = open.begin(size);
                    bytes = 0;
                    messages = 0;
                }
                if (put(message, frame)) {
                    bytes += size;
                    messages++;
                }
            }
            ready.poll();
        }
        if (frame != null) {
            open.end(Kind.CALLS);
        }
        open.flush();
    }

    /** A message that cannot even tell its size ends alone. */
    private static int prepare(Outgoing message, long now) {
        try {
            return message.prepare(now);
        } catch (RuntimeException e) {
            message.unwritable(e);
            return 0;
        }
    }

    private static boolean put(Outgoing message, ByteBuf frame) {
        int start = frame.writerIndex();
        try {
            message.write(frame);
            return true;
        } catch (RuntimeException e) {
            frame.writerIndex(start);
            message.unwritable(e);
            return false;
        }
    }

    private static boolean fits(int bytes, int messages) {
        return bytes <= FRAME_TARGET_BYTES
                && messages < FRAME_TARGET_MESSAGES
                && messages < WireSpec.MAX_MESSAGES_PER_FRAME;
    }

    private void pace(SessionChannel open) {
        boolean pause = paused ? ready.size() > backlogLimit / 2 : ready.size() > backlogLimit;
        if (pause != paused) {
            paused = pause;
            open.pauseReading(pause);
        }
    }

    /** The session has ended: nothing is written any more. Event loop. */
    void close() {
        closed = true;
        ready.forEach(Outgoing::abandoned);
        ready.clear();
        drain();
    }

    private void abandonGiven() {
        for (Outgoing message = given.poll(); message != null; message = given.poll()) {
            message.abandoned();
        }
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
            task.run();
        }
    }
}
