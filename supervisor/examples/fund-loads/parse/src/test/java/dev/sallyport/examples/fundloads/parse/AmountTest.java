package dev.sallyport.examples.fundloads.parse;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AmountTest {

    @ParameterizedTest
    @CsvSource({
        "$0.00, 0",
        "$0.01, 1",
        "$0.29, 29",
        "$1.10, 110",
        "$4.35, 435",
        "$5000.00, 500000",
        "$5000.01, 500001",
        "$9999999999999.99, 999999999999999",
    })
    void amountIsExactInCents(String text, long cents) {
        assertThat(Amount.cents(text)).hasValue(cents);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "$",
                "$1",
                "$1.",
                "$1.0",
                "$1.000",
                "$.10",
                "1.00",
                "$-1.00",
                "-$1.00",
                "+$1.00",
                "$ 1.00",
                "$1.00 ",
                "$01.00",
                "$00.00",
                "$1,000.00",
                "$1e3.00",
                "$0x1.00",
                "$\u0661.00",
                "€1.00",
                "$10000000000000.00",
                "$1.00\n"
            })
    void textOfAnotherFormIsNoAmount(String text) {
        assertThat(Amount.cents(text)).isEmpty();
    }
}
