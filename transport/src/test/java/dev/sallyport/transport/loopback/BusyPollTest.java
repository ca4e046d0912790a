package dev.sallyport.transport.loopback;

import static io.netty.channel.SelectStrategy.SELECT;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** When a loop looks for bytes again, and when it blocks (docs/adr/0087). */
class BusyPollTest {

    private static final long LIMIT = 100;

    private long now = Long.MAX_VALUE - 50;
    private final BusyPoll poll = new BusyPoll(LIMIT, () -> now);

    private int nothingAfter(long nanos) throws Exception {
        now += nanos;
        return poll.calculateStrategy(() -> 0, false);
    }

    private int bytesAfter(long nanos) throws Exception {
        now += nanos;
        return poll.calculateStrategy(() -> 3, false);
    }

    private void blockedFor(long nanos) throws Exception {
        assertThat(nothingAfter(0)).isEqualTo(SELECT);
        assertThat(bytesAfter(nanos)).isEqualTo(3);
    }

    @Test
    void theFirstWaitBlocks() throws Exception {
        assertThat(nothingAfter(0)).isEqualTo(SELECT);
    }

    @Test
    void afterAShortWaitItLooksUntilTheLimit() throws Exception {
        blockedFor(LIMIT - 1);

        assertThat(nothingAfter(5)).isZero();
        assertThat(nothingAfter(LIMIT - 1)).isZero();
        assertThat(nothingAfter(1)).isEqualTo(SELECT);
    }

    @Test
    void afterALongWaitItBlocksAtOnce() throws Exception {
        blockedFor(LIMIT - 1);
        blockedAfterLookingInVain();

        assertThat(bytesAfter(0)).isEqualTo(3);
        assertThat(nothingAfter(0)).isEqualTo(SELECT);
    }

    @Test
    void bytesWhileItLooksBeginANewWait() throws Exception {
        blockedFor(1);

        for (int wait = 0; wait < 10; wait++) {
            assertThat(nothingAfter(0)).isZero();
            assertThat(bytesAfter(LIMIT - 1)).isEqualTo(3);
        }
    }

    @Test
    void aTaskBeginsANewWaitAndIsNotKeptWaiting() throws Exception {
        blockedFor(1);
        assertThat(nothingAfter(0)).isZero();
        now += LIMIT;

        assertThat(poll.calculateStrategy(() -> 0, true)).isZero();
        assertThat(nothingAfter(0)).isZero();
    }

    @Test
    void aShortWaitAfterALongOneMakesItLookAgain() throws Exception {
        blockedFor(LIMIT);
        blockedFor(LIMIT - 1);

        assertThat(nothingAfter(0)).isZero();
    }

    private void blockedAfterLookingInVain() throws Exception {
        assertThat(nothingAfter(0)).isZero();
        assertThat(nothingAfter(LIMIT)).isEqualTo(SELECT);
    }
}
