package dev.sallyport.examples.fundloads.parse;

import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Money, exactly: {@code $D.DD}, no sign, no grouping, no leading zeros, below $10^13. */
final class Amount {

    private static final Pattern FORM = Pattern.compile("\\$(0|[1-9][0-9]{0,12})\\.([0-9]{2})");

    private Amount() {}

    /** The amount in cents; empty when the text is not an amount. */
    static OptionalLong cents(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            return OptionalLong.empty();
        }
        long dollars = Long.parseLong(text, matcher.start(1), matcher.end(1), 10);
        return OptionalLong.of(dollars * 100 + Long.parseLong(text, matcher.start(2), matcher.end(2), 10));
    }
}
