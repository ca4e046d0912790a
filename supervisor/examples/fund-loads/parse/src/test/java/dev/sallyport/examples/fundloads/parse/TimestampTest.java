package dev.sallyport.examples.fundloads.parse;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TimestampTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1970-01-01T00:00:00Z",
                "1969-12-31T23:59:59Z",
                "2000-02-29T12:34:56Z",
                "2024-12-31T23:59:59Z",
                "0001-01-01T00:00:00Z",
                "9999-12-31T23:59:59Z",
            })
    void timeIsReadAsTheStandardDoes(String text) {
        assertThat(Timestamp.epochSecond(text)).hasValue(Instant.parse(text).getEpochSecond());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "2000-01-01",
                "2000-01-01T00:00:00",
                "2000-01-01T00:00:00z",
                "2000-01-01 00:00:00Z",
                "2000-01-01T00:00Z",
                "2000-01-01T00:00:00.0Z",
                "2000-01-01T00:00:00+00:00",
                "2000-1-01T00:00:00Z",
                "+2000-01-01T00:00:00Z",
                "2000-02-30T00:00:00Z",
                "2001-02-29T00:00:00Z",
                "2000-13-01T00:00:00Z",
                "2000-00-01T00:00:00Z",
                "2000-01-01T24:00:00Z",
                "2000-01-01T23:60:00Z",
                "2000-01-01T23:59:60Z",
                "2000-01-01T00:00:00Z\n",
            })
    void textOfAnotherFormOrDateIsNoTime(String text) {
        assertThat(Timestamp.epochSecond(text)).isEmpty();
    }
}
