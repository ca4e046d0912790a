package dev.sallyport.examples.fundloads.parse;

import dev.sallyport.examples.fundloads.v1.FundLoad;
import dev.sallyport.examples.fundloads.v1.ParseFailure;
import dev.sallyport.examples.fundloads.v1.ParseFailure.Reason;
import dev.sallyport.examples.fundloads.v1.Parsed;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;

/**
 * One line, strictly: an object of exactly the four known fields, each once, each a string in its one form. A line that is not one JSON
 * value is that and nothing else, so that a parser which reads all of a line first says the same.
 */
final class LineParser {

    /** The one limit beside the length of a line, and so the same in every language. */
    private static final int LEVELS_MAX = 64;

    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(LEVELS_MAX)
                    .maxNumberLength(Integer.MAX_VALUE)
                    .maxNameLength(Integer.MAX_VALUE)
                    .build())
            .build();
    private static final Pattern IDENTIFIER = Pattern.compile("[0-9A-Za-z_-]{1,64}");

    private final JsonParser json;
    private @Nullable String id;
    private @Nullable String customerId;
    private @Nullable String amount;
    private @Nullable String time;

    private LineParser(JsonParser json) {
        this.json = json;
    }

    static Parsed parse(String line) {
        try (JsonParser json = JSON.createParser(ObjectReadContext.empty(), line)) {
            Parsed parsed = new LineParser(json).object();
            return parsed.hasFailure() && !isJson(line) ? failure(Reason.NOT_JSON, "") : parsed;
        } catch (JacksonException e) {
            return failure(Reason.NOT_JSON, "");
        }
    }

    /** Whether a line that is no load is one JSON value at least. A second look, which only malformed lines cost. */
    private static boolean isJson(String line) {
        try (JsonParser json = JSON.createParser(ObjectReadContext.empty(), line)) {
            return json.nextToken() != null && json.skipChildren().nextToken() == null;
        }
    }

    private Parsed object() {
        JsonToken first = json.nextToken();
        if (first != JsonToken.START_OBJECT) {
            return failure(first == null ? Reason.NOT_JSON : Reason.NOT_AN_OBJECT, "");
        }
        for (String name = json.nextName(); name != null; name = json.nextName()) {
            Parsed failure = field(name);
            if (failure != null) {
                return failure;
            }
        }
        return json.nextToken() == null ? load() : failure(Reason.NOT_JSON, "");
    }

    /** Keeps the value of one field; returns why it cannot. */
    private @Nullable Parsed field(String name) {
        boolean isString = json.nextToken() == JsonToken.VALUE_STRING;
        String value = isString ? json.getString() : "";
        String before;
        switch (name) {
            case "id" -> {
                before = id;
                id = value;
            }
            case "customer_id" -> {
                before = customerId;
                customerId = value;
            }
            case "load_amount" -> {
                before = amount;
                amount = value;
            }
            case "time" -> {
                before = time;
                time = value;
            }
            default -> {
                return failure(Reason.UNKNOWN_FIELD, "");
            }
        }
        if (!isString) {
            return failure(Reason.NOT_A_STRING, name);
        }
        return before == null ? null : failure(Reason.DUPLICATE_FIELD, name);
    }

    private Parsed load() {
        String missing = id == null
                ? "id"
                : customerId == null ? "customer_id" : amount == null ? "load_amount" : time == null ? "time" : null;
        if (id == null || customerId == null || amount == null || time == null) {
            return failure(Reason.MISSING_FIELD, String.valueOf(missing));
        }
        OptionalLong cents = Amount.cents(amount);
        OptionalLong second = Timestamp.epochSecond(time);
        String bad = !IDENTIFIER.matcher(id).matches()
                ? "id"
                : !IDENTIFIER.matcher(customerId).matches()
                        ? "customer_id"
                        : cents.isEmpty() ? "load_amount" : second.isEmpty() ? "time" : null;
        if (bad != null) {
            return failure(Reason.BAD_VALUE, bad);
        }
        return Parsed.newBuilder()
                .setLoad(FundLoad.newBuilder()
                        .setId(id)
                        .setCustomerId(customerId)
                        .setAmountCents(cents.getAsLong())
                        .setTime(second.getAsLong()))
                .build();
    }

    private static Parsed failure(Reason reason, String field) {
        return Parsed.newBuilder()
                .setFailure(ParseFailure.newBuilder().setReason(reason).setField(field))
                .build();
    }
}
