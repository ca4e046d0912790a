package dev.sallyport.examples.fundloads.parse;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.examples.fundloads.v1.FundLoad;
import dev.sallyport.examples.fundloads.v1.ParseFailure;
import dev.sallyport.examples.fundloads.v1.ParseFailure.Reason;
import dev.sallyport.examples.fundloads.v1.Parsed;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LineParserTest {

    private static final String LINE =
            "{\"id\":\"15887\",\"customer_id\":\"528\",\"load_amount\":\"$3318.47\",\"time\":\"2000-01-01T00:00:00Z\"}";

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

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "x",
                "{",
                "{\"id\":\"1\"",
                "{\"id\":\"1\",}",
                "{'id':'1'}",
                "{id:\"1\"}",
                "// {}",
                "\uFEFF{}",
                "{\"id\":\"a\tb\"}",
            })
    void textThatIsNotJsonIsRefused(String line) {
        assertThat(failure(line)).isEqualTo(failure(Reason.NOT_JSON, ""));
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "x", ",", "\"\"", "]"})
    void nothingMayFollowTheObject(String rest) {
        assertThat(failure(LINE + rest)).isEqualTo(failure(Reason.NOT_JSON, ""));
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "\"text\"", "12", "null", "true"})
    void valueThatIsNoObjectIsRefused(String line) {
        assertThat(failure(line)).isEqualTo(failure(Reason.NOT_AN_OBJECT, ""));
    }

    @Test
    void unknownFieldIsRefusedWithoutItsName() {
        assertThat(failure(LINE.replace("\"id\"", "\"ID\""))).isEqualTo(failure(Reason.UNKNOWN_FIELD, ""));
    }

    @ParameterizedTest
    @ValueSource(strings = {"id", "customer_id", "load_amount", "time"})
    void everyFieldIsNeededOnceAndAString(String field) {
        String member = LINE.replaceFirst(".*?(\"" + field + "\":\"[^\"]*\").*", "$1");
        assertThat(failure(LINE.replaceFirst(",?\\Q" + member + "\\E,?", "").replace("\"\"", "\",\"")))
                .isEqualTo(failure(Reason.MISSING_FIELD, field));
        assertThat(failure(LINE.replace("}", "," + member + "}"))).isEqualTo(failure(Reason.DUPLICATE_FIELD, field));
        for (String other : new String[] {"12", "null", "true", "{}", "[\"1\"]"}) {
            assertThat(failure(LINE.replace(member, "\"" + field + "\":" + other)))
                    .isEqualTo(failure(Reason.NOT_A_STRING, field));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "id, 15887, ''",
        "id, 15887, 1 2",
        "id, 15887, 1\u00E9",
        "id, 15887, 1\uFFFD",
        "id, 15887, 01234567890123456789012345678901234567890123456789012345678901234",
        "customer_id, 528, ''",
        "customer_id, 528, 5.28",
        "load_amount, $3318.47, 3318.47",
        "time, 2000-01-01T00:00:00Z, 2000-01-01T00:00:00",
    })
    void valueOfAnotherFormIsRefused(String field, String valid, String value) {
        assertThat(failure(LINE.replace("\"" + valid + "\"", "\"" + value + "\"")))
                .isEqualTo(failure(Reason.BAD_VALUE, field));
    }

    @Test
    void deepNestingIsRefusedLikeAnyOtherValue() {
        String deep = LINE.replace("\"15887\"", "[".repeat(100_000) + "]".repeat(100_000));
        assertThat(failure(deep)).isEqualTo(failure(Reason.NOT_A_STRING, "id"));
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
