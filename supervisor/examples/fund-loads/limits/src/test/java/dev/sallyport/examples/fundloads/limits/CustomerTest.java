package dev.sallyport.examples.fundloads.limits;

import static dev.sallyport.examples.fundloads.v1.Decision.ACCEPTED;
import static dev.sallyport.examples.fundloads.v1.Decision.DECLINED;
import static dev.sallyport.examples.fundloads.v1.Decision.REPEATED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.examples.fundloads.v1.Decision;
import dev.sallyport.examples.fundloads.v1.FundLoad;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class CustomerTest {

    private final Customer customer = new Customer();
    private int nextId;

    @Test
    void limitOfADayMayBeMetExactly() {
        assertThat(load(2_500_00, "2000-01-03T00:00:00Z")).isEqualTo(ACCEPTED);
        assertThat(load(2_500_01, "2000-01-03T12:00:00Z")).isEqualTo(DECLINED);
        assertThat(load(2_500_00, "2000-01-03T23:59:59Z")).isEqualTo(ACCEPTED);
        assertThat(load(1, "2000-01-03T23:59:59Z")).isEqualTo(DECLINED);
    }

    @Test
    void limitOfAWeekMayBeMetExactly() {
        for (int day = 3; day <= 6; day++) {
            assertThat(load(4_999_99, "2000-01-0" + day + "T10:00:00Z")).isEqualTo(ACCEPTED);
        }
        assertThat(load(5, "2000-01-07T10:00:00Z")).isEqualTo(DECLINED);
        assertThat(load(4, "2000-01-07T10:00:00Z")).isEqualTo(ACCEPTED);
        assertThat(load(1, "2000-01-08T10:00:00Z")).isEqualTo(DECLINED);
    }

    @Test
    void threeLoadsOfADayAreAccepted() {
        for (int i = 0; i < 3; i++) {
            assertThat(load(0, "2000-01-03T10:00:00Z")).isEqualTo(ACCEPTED);
        }
        assertThat(load(0, "2000-01-03T10:00:00Z")).isEqualTo(DECLINED);
        assertThat(load(0, "2000-01-04T00:00:00Z")).isEqualTo(ACCEPTED);
    }

    @Test
    void dayEndsAtMidnightUtc() {
        assertThat(load(5_000_00, "2000-01-03T23:59:59Z")).isEqualTo(ACCEPTED);
        assertThat(load(5_000_00, "2000-01-04T00:00:00Z")).isEqualTo(ACCEPTED);
    }

    @Test
    void weekRunsFromMondayToSundayUtc() {
        // Monday 3 to Thursday 6 January 2000
        for (int day = 3; day <= 6; day++) {
            assertThat(load(5_000_00, "2000-01-0" + day + "T00:00:00Z")).isEqualTo(ACCEPTED);
        }
        assertThat(load(1, "2000-01-02T23:59:59Z")).as("the Sunday before").isEqualTo(ACCEPTED);
        assertThat(load(1, "2000-01-09T23:59:59Z")).as("its Sunday").isEqualTo(DECLINED);
        assertThat(load(1, "2000-01-10T00:00:00Z")).as("the Monday behind").isEqualTo(ACCEPTED);
    }

    @Test
    void weekGoesOnOverTheEndOfAYearAndBeforeTheEpoch() {
        // Monday 29 December 1969 to Sunday 4 January 1970
        for (String day : new String[] {"1969-12-29", "1969-12-30", "1969-12-31", "1970-01-01"}) {
            assertThat(load(5_000_00, day + "T00:00:00Z")).isEqualTo(ACCEPTED);
        }
        assertThat(load(1, "1970-01-04T23:59:59Z")).isEqualTo(DECLINED);
        assertThat(load(1, "1970-01-05T00:00:00Z")).isEqualTo(ACCEPTED);
        assertThat(load(1, "1969-12-28T23:59:59Z")).isEqualTo(ACCEPTED);
    }

    @Test
    void declinedLoadsDoNotCount() {
        for (int i = 0; i < 5; i++) {
            assertThat(load(5_000_01, "2000-01-03T10:00:00Z")).isEqualTo(DECLINED);
        }
        assertThat(load(5_000_00, "2000-01-03T10:00:00Z")).isEqualTo(ACCEPTED);
    }

    @Test
    void repeatedIdHasNoAnswerWhateverBecameOfTheFirst() {
        assertThat(decide("7", 100, "2000-01-03T10:00:00Z")).isEqualTo(ACCEPTED);
        assertThat(decide("7", 100, "2000-01-03T10:00:00Z")).isEqualTo(REPEATED);
        assertThat(decide("8", 9_000_00, "2000-01-03T10:00:00Z")).isEqualTo(DECLINED);
        assertThat(decide("8", 100, "2000-03-03T10:00:00Z")).isEqualTo(REPEATED);
        assertThat(decide("07", 100, "2000-01-03T10:00:00Z")).as("another text").isEqualTo(ACCEPTED);
    }

    @Test
    void repeatedIdUsesUpNothing() {
        for (int i = 0; i < 4; i++) {
            decide("7", 1_000_00, "2000-01-03T10:00:00Z");
        }
        assertThat(load(4_000_00, "2000-01-03T11:00:00Z")).isEqualTo(ACCEPTED);
    }

    @Test
    void largestAmountDoesNotOverflow() {
        assertThat(load(4_000_00, "2000-01-03T10:00:00Z")).isEqualTo(ACCEPTED);
        assertThat(load(Long.MAX_VALUE, "2000-01-03T10:00:00Z")).isEqualTo(DECLINED);
    }

    @Test
    void loadsOutOfTheOrderOfTimeCountForTheirOwnDay() {
        assertThat(load(5_000_00, "2000-01-05T10:00:00Z")).isEqualTo(ACCEPTED);
        assertThat(load(5_000_00, "2000-01-03T10:00:00Z")).isEqualTo(ACCEPTED);
        assertThat(load(5_000_00, "2000-01-04T10:00:00Z")).isEqualTo(ACCEPTED);
        assertThat(load(1, "2000-01-03T11:00:00Z")).isEqualTo(DECLINED);
        assertThat(load(1, "2000-01-05T11:00:00Z")).isEqualTo(DECLINED);
    }

    private Decision load(long cents, String time) {
        return decide("load-" + nextId++, cents, time);
    }

    private Decision decide(String id, long cents, String time) {
        FundLoad load = FundLoad.newBuilder()
                .setId(id)
                .setAmountCents(cents)
                .setTime(Instant.parse(time).getEpochSecond())
                .build();
        return customer.decide(load, Limits.STANDARD);
    }
}
