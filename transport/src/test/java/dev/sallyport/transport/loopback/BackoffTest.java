package dev.sallyport.transport.loopback;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.DisplayName;
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
    @DisplayName("N04 whatever the random numbers say, fewer than 15 sessions that open and fail fit into 10 s")
    void N04_aLaneThatOpensAndFails() {
        Backoff shortest = new Backoff(bound -> 0);
        int attempts = 0;
        for (long left = LaneClient.RECONNECT_LIMIT_MILLIS; left > 0; attempts++) {
            left -= shortest.nextUnsteady(left);
        }
        assertThat(attempts).isBetween(10, 14);
    }

    @Test
    void aLaneThatOpensAndFailsWaitsForMostOfTheBound() {
        Backoff longest = new Backoff(bound -> bound - 1);
        assertThat(LongStream.generate(() -> longest.nextUnsteady(PLENTY)).limit(10))
                .containsExactly(20L, 40L, 80L, 160L, 320L, 640L, 1_280L, 2_560L, 4_000L, 4_000L);
        assertThat(longest.next(PLENTY)).as("a server that is not reached").isEqualTo(1_000);
        longest.reset();
        assertThat(longest.nextUnsteady(PLENTY)).isEqualTo(20);
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
