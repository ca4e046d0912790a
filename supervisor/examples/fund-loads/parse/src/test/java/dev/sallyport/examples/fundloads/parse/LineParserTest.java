package dev.sallyport.examples.fundloads.parse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.sallyport.examples.fundloads.v1.FundLoad;
import dev.sallyport.examples.fundloads.v1.ParseFailure;
import dev.sallyport.examples.fundloads.v1.ParseFailure.Reason;
import dev.sallyport.examples.fundloads.v1.Parsed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class LineParserTest {

    private static final String LINE =
            "{\"id\":\"15887\",\"customer_id\":\"528\",\"load_amount\":\"$3318.47\",\"time\":\"2000-01-01T00:00:00Z\"}";

    private static final Pattern REPEATED = Pattern.compile("<(.+?)\\*([0-9]+)>");

    private static final FundLoad LOAD = FundLoad.newBuilder()
            .setId("15887")
            .setCustomerId("528")
            .setAmountCents(331_847)
            .setTime(946_684_800)
            .build();

    @Test
    void lineBecomesARecord() {
        assertThat(LineParser.parse(LINE).getLoad()).isEqualTo(LOAD);
    }

    @Test
    void orderOfFieldsSpacesAndEscapesDoNotMatter() {
        String line = " { \"time\" : \"2000-01-01T00:00:00Z\",\"load_amount\":\"\\u00243318.47\", "
                + "\"customer_id\":\"528\",\"id\":\"15887\" } \r";
        assertThat(LineParser.parse(line).getLoad()).isEqualTo(LOAD);
    }

    /** The same table as that of the worker in Python. */
    @ParameterizedTest
    @MethodSource("malformed")
    void aMalformedLineHasItsReason(String line, ParseFailure expected) {
        assertThat(failure(line)).isEqualTo(expected);
    }

    static Stream<Arguments> malformed() throws IOException {
        String table = Files.readString(Path.of("src/test/resources/malformed.txt"));
        return Stream.of(table.split("\n", 0))
                .filter(row -> !row.startsWith("#"))
                .map(row -> {
                    String[] cells = row.split(" ", 3);
                    String field = cells[1].equals("-") ? "" : cells[1];
                    return arguments(whole(cells[2]), failure(Reason.valueOf(cells[0]), field));
                });
    }

    private static String whole(String line) {
        return REPEATED.matcher(line)
                .replaceAll(text -> Matcher.quoteReplacement(text.group(1).repeat(Integer.parseInt(text.group(2)))));
    }

    @Test
    void nestingHasNoEnd() {
        assertThat(failure("[".repeat(100_000) + "]".repeat(100_000))).isEqualTo(failure(Reason.NOT_JSON, ""));
    }

    private static ParseFailure failure(String line) {
        Parsed parsed = LineParser.parse(line);
        assertThat(parsed.getResultCase()).as(line).isEqualTo(Parsed.ResultCase.FAILURE);
        return parsed.getFailure();
    }

    private static ParseFailure failure(Reason reason, String field) {
        return ParseFailure.newBuilder().setReason(reason).setField(field).build();
    }
}
