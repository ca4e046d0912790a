package dev.sallyport.transport.loopback;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class BackoffTest {

    private static final long PLENTY = 60_000;

    private static long[] delays(Backoff backoff, int count) {
        return LongStream.generate(() -> backoff.next(PLENTY)).limit(count).toArray();
    }

    @Test
    void theBoundDoublesUpToASecond() {
        assertThat(delays(new Backoff(bound -> bound - 1), 8)).containsExactly(20, 40, 80, 160, 320, 640, 1_000, 1_000);
    }

    @Test
    void theDelayMayBeNextToNothing() {
        assertThat(delays(new Backoff(bound -> 0), 4)).containsOnly(1);
    }

    @Test
    void itBeginsAnewBehindASuccess() {
        Backoff backoff = new Backoff(bound -> bound - 1);
        delays(backoff, 5);
        backoff.reset();
        assertThat(delays(backoff, 2)).containsExactly(20, 40);
    }

    @Test
    void itNeverWaitsBeyondTheLimit() {
        Backoff backoff = new Backoff(bound -> bound - 1);
        assertThat(backoff.next(7)).isEqualTo(7);
        assertThat(backoff.next(0)).isEqualTo(1);
        assertThat(backoff.next(-5)).isEqualTo(1);
    }

    @Test
    void workersThatLostOneServerComeBackSpreadOut() {
        Random random = new Random(1);
        List<Long> fifth = new ArrayList<>();
        for (int worker = 0; worker < 200; worker++) {
            fifth.add(delays(new Backoff(random::nextLong), 5)[4]);
        }
        assertThat(fifth).allMatch(delay -> delay >= 1 && delay <= 320);
        assertThat(fifth.stream().filter(delay -> delay <= 160)).hasSizeBetween(60, 140);
    }
}
