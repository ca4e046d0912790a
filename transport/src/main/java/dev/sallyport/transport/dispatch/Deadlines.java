package dev.sallyport.transport.dispatch;

import dev.sallyport.transport.session.SessionChannel;
import org.jspecify.annotations.Nullable;

/** The deadlines of one session's calls, and the timer that looks at them while there are any. Confined to the event loop. */
final class Deadlines {

    private final SendQueue queue;
    private @Nullable SessionChannel channel;
    private @Nullable DeadlineWheel wheel;
    private boolean ticking;

    /** @param queue drained behind each tick, so that what it caused leaves */
    Deadlines(SendQueue queue) {
        this.queue = queue;
    }

    /** The session is open: time begins. */
    void open(SessionChannel openChannel) {
        channel = openChannel;
        wheel = new DeadlineWheel(openChannel.nanoTime());
    }

    /** @throws IllegalStateException before the session is open */
    void watch(DeadlineWheel.Entry entry, long deadlineNanos) {
        if (wheel == null || channel == null) {
            throw new IllegalStateException("the session is not open");
        }
        wheel.add(entry, deadlineNanos);
        if (!ticking) {
            ticking = true;
            channel.schedule(this::tick, DeadlineWheel.TICK_MILLIS);
        }
    }

    /** No effect on an entry that is not watched. */
    void unwatch(DeadlineWheel.Entry entry) {
        if (wheel != null) {
            wheel.remove(entry);
        }
    }

    private void tick() {
        if (wheel == null || channel == null) {
            return;
        }
        wheel.advance(channel.nanoTime());
        ticking = !wheel.isEmpty() && queue.isOpen();
        if (ticking) {
            channel.schedule(this::tick, DeadlineWheel.TICK_MILLIS);
        }
        queue.drain();
    }
}
