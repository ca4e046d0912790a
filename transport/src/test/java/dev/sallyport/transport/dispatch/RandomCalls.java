package dev.sallyport.transport.dispatch;

import com.google.protobuf.ByteString;
import dev.sallyport.proto.v1.Calls;
import dev.sallyport.proto.v1.Cancel;
import dev.sallyport.proto.v1.Credit;
import dev.sallyport.proto.v1.Item;
import dev.sallyport.proto.v1.Message;
import dev.sallyport.proto.v1.Outcome;
import dev.sallyport.proto.v1.Request;
import dev.sallyport.proto.v1.Response;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;

/** Payloads drawn from a seed: such as make sense, such as are legal but odd, and damaged ones. */
final class RandomCalls {

    private static final String[] TEXTS = {"", "m", "scoring/score", "größe", "\u4f60\u597d", "\uD83D\uDE00", "\0"};

    private final Random random;

    RandomCalls(long seed) {
        random = new Random(seed);
    }

    // what a supervisor may send

    Calls sensible() {
        Calls.Builder calls = Calls.newBuilder();
        for (int i = random.nextInt(6); i > 0; i--) {
            calls.addMessages(sensibleMessage());
        }
        return calls.build();
    }

    private Message sensibleMessage() {
        Message.Builder message = Message.newBuilder().setCallId(random.nextLong() >>> random.nextInt(64) | 1);
        return switch (random.nextInt(5)) {
            case 0 -> message.setRequest(request()).build();
            case 1 -> message.setResponse(response()).build();
            case 2 -> message.setCancel(Cancel.newBuilder().setReason(text())).build();
            case 3 ->
                message.setItem(Item.newBuilder().setPayload(payload()).setLast(random.nextBoolean()))
                        .build();
            default ->
                message.setCredit(Credit.newBuilder().setItems(positive())).build();
        };
    }

    private Request.Builder request() {
        boolean oneWay = random.nextBoolean();
        return Request.newBuilder()
                .setMethod(text() + "m")
                .setTimeoutMs(oneWay && random.nextBoolean() ? 0 : positive())
                .setOneWay(oneWay)
                .setRequestStream(random.nextBoolean())
                .setResponseStream(random.nextBoolean())
                .setInitialCredit(random.nextBoolean() ? 0 : positive())
                .putAllMetadata(metadata())
                .setPayload(payload());
    }

    private Response.Builder response() {
        return Response.newBuilder()
                .setOutcomeValue(1 + random.nextInt(Outcome.values().length - 2))
                .setPayload(payload())
                .setError(text())
                .setDetails(payload())
                .putAllMetadata(metadata())
                .setRan(random.nextBoolean());
    }

    /** As an unsigned number. */
    private int positive() {
        return random.nextInt() >>> random.nextInt(32) | 1;
    }

    private String text() {
        return TEXTS[random.nextInt(TEXTS.length)];
    }

    private ByteString payload() {
        byte[] bytes = new byte[random.nextInt(4) == 0 ? random.nextInt(300) : random.nextInt(8)];
        random.nextBytes(bytes);
        return ByteString.copyFrom(bytes);
    }

    private Map<String, String> metadata() {
        Map<String, String> metadata = new LinkedHashMap<>();
        for (int i = random.nextInt(6) - 3; i > 0; i--) {
            metadata.put(text(), text());
        }
        return metadata;
    }

    // what the wire format allows

    /** Duplicates, merges, overlong numbers, fields in any order; seldom an error. */
    byte[] odd() {
        Wire calls = Wire.of();
        for (int i = random.nextInt(4); i > 0; i--) {
            calls.message(1, oddMessage());
        }
        return calls.toBytes();
    }

    private Wire oddMessage() {
        Wire message = oddNumber(Wire.of(), 1, 1);
        for (int i = random.nextInt(4); i > 0; i--) {
            switch (random.nextInt(6)) {
                case 0 -> oddNumber(message, 1, random.nextInt(4));
                case 1, 2 -> message.message(2, oddFields("1s2n3n4n5n6n7e8b", 1));
                case 3 -> message.message(3, oddFields("1n2b3s4b5e6n", 0));
                case 4 -> message.message(5, oddFields("1b2n", 0));
                default -> message.message(random.nextBoolean() ? 4 : 6, oddFields("1n1s", 0));
            }
            noise(message);
        }
        return message;
    }

    /** @param known pairs of a field number and a letter: n, s, b or e for number, string, bytes, map entry */
    private Wire oddFields(String known, int sane) {
        Wire fields = Wire.of();
        if (sane == 1) {
            fields.text(1, "m").number(2, 5);
        }
        for (int i = random.nextInt(5); i > 0; i--) {
            int pick = 2 * random.nextInt(known.length() / 2);
            int number = known.charAt(pick) - '0';
            switch (known.charAt(pick + 1)) {
                case 'n' -> oddNumber(fields, number, random.nextInt(12));
                case 's' -> fields.text(number, text());
                case 'b' -> fields.bytes(number, new byte[random.nextInt(4)]);
                default -> fields.message(number, oddEntry());
            }
            noise(fields);
        }
        return fields;
    }

    private Wire oddEntry() {
        Wire entry = Wire.of();
        for (int i = random.nextInt(4); i > 0; i--) {
            entry.text(1 + random.nextInt(2), text());
            noise(entry);
        }
        return entry;
    }

    private Wire oddNumber(Wire out, int field, long value) {
        long high = random.nextInt(8) == 0 ? random.nextLong() << 32 : 0;
        out.varint((long) field << 3, 1 + random.nextInt(random.nextInt(8) == 0 ? 10 : 1));
        return out.varint(value | high, 1 + random.nextInt(random.nextInt(4) == 0 ? 10 : 1));
    }

    private void noise(Wire out) {
        switch (random.nextInt(60)) {
            case 0 -> out.number(9, 1);
            case 1 -> out.tag(random.nextInt(10), random.nextInt(8));
            case 2 -> out.text(15, "x");
            case 3 -> out.raw(random.nextInt(256));
            case 4 -> out.bytes(1, new byte[] {(byte) 0xC0, (byte) 0x80});
            default -> {}
        }
    }

    // what is not what was sent

    byte[] damaged(byte[] payload) {
        byte[] damaged = payload.clone();
        for (int i = random.nextInt(3); i >= 0 && damaged.length > 0; i--) {
            damaged = damagedOnce(damaged);
        }
        return damaged;
    }

    private byte[] damagedOnce(byte[] bytes) {
        int at = random.nextInt(bytes.length);
        Wire out = Wire.of();
        byte[] head = Arrays.copyOf(bytes, at);
        byte[] tail = Arrays.copyOfRange(bytes, at + 1, bytes.length);
        switch (random.nextInt(5)) {
            case 0 -> out.raw(head).raw(bytes[at] ^ 1 << random.nextInt(8)).raw(tail);
            case 1 -> out.raw(head).raw(random.nextInt(256)).raw(tail);
            case 2 -> out.raw(head).raw(tail);
            case 3 -> out.raw(head).raw(bytes[at]).raw(random.nextInt(256)).raw(tail);
            default -> out.raw(head);
        }
        return out.toBytes();
    }
}
