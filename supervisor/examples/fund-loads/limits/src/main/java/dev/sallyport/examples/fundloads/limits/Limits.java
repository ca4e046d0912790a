package dev.sallyport.examples.fundloads.limits;

import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a customer may load. A load that reaches a limit exactly is accepted.
 *
 * @param dailyCents the most in one UTC day
 * @param weeklyCents the most in one week, Monday to Sunday UTC
 * @param dailyLoads the most accepted loads in one UTC day
 */
record Limits(long dailyCents, long weeklyCents, int dailyLoads) {

    static final Limits STANDARD = new Limits(5_000_00, 20_000_00, 3);

    private static final String DAILY_CENTS = "daily_limit_cents";
    private static final String WEEKLY_CENTS = "weekly_limit_cents";
    private static final String DAILY_LOADS = "daily_loads";
    private static final Set<String> KNOWN = Set.of(DAILY_CENTS, WEEKLY_CENTS, DAILY_LOADS);

    /**
     * The scenario's selectors over the standard limits.
     *
     * @throws IllegalArgumentException when a selector is not known or its value is not a whole number from 0 to its largest
     */
    static Limits from(Map<String, String> selectors) {
        if (!KNOWN.containsAll(selectors.keySet())) {
            throw new IllegalArgumentException("selectors of fund-loads are " + new TreeSet<>(KNOWN) + ", not "
                    + new TreeSet<>(selectors.keySet()));
        }
        return new Limits(
                number(selectors, DAILY_CENTS, STANDARD.dailyCents, Long.MAX_VALUE),
                number(selectors, WEEKLY_CENTS, STANDARD.weeklyCents, Long.MAX_VALUE),
                (int) number(selectors, DAILY_LOADS, STANDARD.dailyLoads, Integer.MAX_VALUE));
    }

    private static long number(Map<String, String> selectors, String name, long standard, long largest) {
        String text = selectors.get(name);
        if (text == null) {
            return standard;
        }
        try {
            long value = Long.parseLong(text);
            if (value >= 0 && value <= largest) {
                return value;
            }
        } catch (NumberFormatException e) {
            // answered below, together with numbers out of range
        }
        throw new IllegalArgumentException("selector " + name + " must be a whole number from 0 to " + largest);
    }
}
