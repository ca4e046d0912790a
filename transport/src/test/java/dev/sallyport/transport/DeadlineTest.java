package dev.sallyport.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class DeadlineTest {

    private static final Duration LONGEST = Duration.ofMillis(0xFFFF_FFFFL);

    static Stream<Duration> tooLong() {
        return Stream.of(
                ChronoUnit.FOREVER.getDuration(),
                Duration.ofSeconds(Long.MAX_VALUE),
                Duration.ofMillis(Long.MAX_VALUE),
                LONGEST.plusNanos(1),
                LONGEST);
    }

    @ParameterizedTest
    @MethodSource("tooLong")
    void aDeadlineIsAtMost49DaysAway(Duration timeout) {
        assertThat(Deadline.after(timeout).remaining()).isBetween(LONGEST.minusDays(1), LONGEST);
    }

    static Stream<Duration> past() {
        return Stream.of(
                Duration.ofSeconds(Long.MIN_VALUE),
                Duration.ofMillis(Long.MIN_VALUE),
                Duration.ofNanos(-1),
                Duration.ZERO);
    }

    @ParameterizedTest
    @MethodSource("past")
    void aDeadlineBehindUsIsExpired(Duration timeout) {
        assertThat(Deadline.after(timeout).isExpired()).isTrue();
    }

    @Test
    void aDeadlineAtAPointOfTheClockIsThatPoint() {
        long now = System.nanoTime();

        assertThat(Deadline.at(now).isExpired()).isTrue();
        assertThat(Deadline.at(now + LONGEST.toNanos()).isExpired()).isFalse();
        assertThat(Deadline.at(now + 7).nanoTime()).isEqualTo(now + 7);
    }
}
