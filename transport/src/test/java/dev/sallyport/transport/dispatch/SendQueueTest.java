package dev.sallyport.transport.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import org.junit.jupiter.api.Test;

/** Messages that fail on their way out. */
class SendQueueTest {

    private final StoppedChannel channel = new StoppedChannel();
    private final SendQueue queue = new SendQueue(8, () -> {});

    /** A message of one byte, which cannot tell its size when it is broken. */
    private static final class OneByte implements Outgoing {

        private final boolean broken;
        private int unwritable;

        OneByte(boolean broken) {
            this.broken = broken;
        }

        @Override
        public boolean enter() {
            return true;
        }

        @Override
        public int prepare(long nowNanos) {
            if (broken) {
                throw new IllegalStateException("a message of the test");
            }
            return 1;
        }

        @Override
        public void write(ByteBuf out) {
            out.writeByte(7);
        }

        @Override
        public void unwritable(RuntimeException cause) {
            unwritable++;
        }

        @Override
        public void abandoned() {}
    }

    @Test
    void aMessageThatCannotTellItsSizeEndsAlone() {
        OneByte first = new OneByte(false);
        OneByte broken = new OneByte(true);
        OneByte last = new OneByte(false);
        queue.give(first);
        queue.give(broken);
        queue.give(last);

        queue.open(channel);

        assertThat(channel.frames)
                .hasSize(1)
                .first()
                .satisfies(frame -> assertThat(frame).containsExactly(7, 7));
        assertThat(broken.unwritable).isEqualTo(1);
        assertThat(first.unwritable + last.unwritable).isZero();
    }
}
