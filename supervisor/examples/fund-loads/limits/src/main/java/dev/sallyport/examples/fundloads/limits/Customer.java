package dev.sallyport.examples.fundloads.limits;

import dev.sallyport.examples.fundloads.v1.Decision;
import dev.sallyport.examples.fundloads.v1.FundLoad;

/** What one customer loaded. Only accepted loads count towards the limits; every load uses up its id. */
final class Customer {

    private static final long SECONDS_A_DAY = 86_400;

    /** 1970-01-01 was a Thursday: three days after a Monday. */
    private static final long MONDAY_TO_EPOCH = 3;

    private final UsedIds usedIds = new UsedIds();
    private final Tally days = new Tally();
    private final Tally weeks = new Tally();

    Decision decide(FundLoad load, Limits limits) {
        if (!usedIds.add(load.getId())) {
            return Decision.REPEATED;
        }
        long epochDay = Math.floorDiv(load.getTime(), SECONDS_A_DAY);
        int day = days.slot(epochDay);
        int week = weeks.slot(Math.floorDiv(epochDay + MONDAY_TO_EPOCH, 7L));
        long cents = load.getAmountCents();
        // compared by subtraction: a sum could overflow
        if (days.loads(day) >= limits.dailyLoads()
                || cents > limits.dailyCents() - days.cents(day)
                || cents > limits.weeklyCents() - weeks.cents(week)) {
            return Decision.DECLINED;
        }
        days.add(day, cents);
        weeks.add(week, cents);
        return Decision.ACCEPTED;
    }
}
