package dev.sallyport.transport.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.transport.RejectReason;
import dev.sallyport.transport.dispatch.CallMessage.Body;
import dev.sallyport.transport.frame.ProtocolViolation;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Cases P01 to P11 and P13 for CALLS, what the protobuf library leaves open, and the rules of meaning at their edges. */
class CallsProtobufCasesTest {

    private static final @Nullable RejectReason OK = null;

    private final CallsReader reader = CallsReader.ofSupervisor();

    @Test
    @DisplayName("P01 an unknown field at any depth is E_PROTO")
    void P01_unknownFieldAtAnyDepth() {
        assertThat(verdict(request(Wire.of()))).isNull();
        assertThat(verdict(Wire.of().number(2, 1))).isEqualTo(RejectReason.E_PROTO);
        assertThat(verdict(message(Wire.of().number(7, 1)))).isEqualTo(RejectReason.E_PROTO);
        assertThat(verdict(request(Wire.of().number(9, 1)))).isEqualTo(RejectReason.E_PROTO);
        assertThat(verdict(request(Wire.of().message(7, Wire.of().number(3, 1)))))
                .isEqualTo(RejectReason.E_PROTO);
        assertThat(verdict(body(3, Wire.of().number(1, 1).number(7, 1)))).isEqualTo(RejectReason.E_PROTO);
        assertThat(verdict(body(3, Wire.of().number(1, 1).message(5, Wire.of().number(3, 1)))))
                .isEqualTo(RejectReason.E_PROTO);
        assertThat(verdict(body(4, Wire.of().number(2, 1)))).isEqualTo(RejectReason.E_PROTO);
        assertThat(verdict(body(5, Wire.of().number(3, 1)))).isEqualTo(RejectReason.E_PROTO);
        assertThat(verdict(body(6, Wire.of().number(1, 1).number(2, 1)))).isEqualTo(RejectReason.E_PROTO);
    }

    @Test
    @DisplayName("P01 a known field of another wire type is E_PROTO")
    void P01_knownFieldOfAnotherWireType() {
        assertThat(verdict(Wire.of().number(1, 1))).isEqualTo(RejectReason.E_PROTO);
        assertThat(verdict(message(Wire.of().text(1, "")))).isEqualTo(RejectReason.E_PROTO);
        assertThat(verdict(request(Wire.of().number(1, 1)))).isEqualTo(RejectReason.E_PROTO);
        assertThat(verdict(request(Wire.of().tag(2, 5).raw(1, 0, 0, 0)))).isEqualTo(RejectReason.E_PROTO);
        assertThat(verdict(request(Wire.of().tag(2, 1).raw(new byte[8])))).isEqualTo(RejectReason.E_PROTO);
    }

    @Test
    @DisplayName("P02 of a field given twice the last value counts, and a call is one call")
    void P02_lastValueWins() throws Exception {
        Wire twice = Wire.of()
                .number(1, 3)
                .message(2, Wire.of().text(1, "a").number(2, 1).text(8, "first").message(7, entry("k", "1")))
                .message(2, Wire.of().text(1, "b").text(8, "second").message(7, entry("k", "2")))
                .number(1, 5);
        byte[] payload = Wire.of().message(1, twice).toBytes();
        ByteBuf buffer = Unpooled.wrappedBuffer(payload);
        reader.read(buffer, 0, payload.length);
        assertThat(reader.count()).isEqualTo(1);
        CallMessage message = reader.message(0);
        assertThat(message.callId()).isEqualTo(5);
        assertThat(message.method()).isEqualTo("b");
        assertThat(message.timeoutMillis()).isEqualTo(1);
        assertThat(message.payloadLength()).isEqualTo("second".length());
        assertThat(message.metadata()).isEqualTo(Map.of("k", "2"));
    }

    @Test
    @DisplayName("P01 an unknown field of a member that another takes the place of is E_PROTO all the same")
    void P01_unknownFieldInWhatIsReplaced() {
        Wire replaced = Wire.of().message(6, Wire.of().number(9, 5)).message(4, Wire.of());
        assertThat(verdict(message(replaced))).isEqualTo(RejectReason.E_PROTO);
    }

    @Test
    @DisplayName("P02 another member of the body takes the place of what was there, for good")
    void P02_anotherMemberReplaces() throws Exception {
        Wire members = Wire.of()
                .number(1, 1)
                .message(2, Wire.of().text(1, "old").number(2, 7).message(7, entry("k", "v")))
                .message(4, Wire.of().text(1, "reason"))
                .message(2, Wire.of().text(1, "new").number(3, 1));
        byte[] payload = Wire.of().message(1, members).toBytes();
        reader.read(Unpooled.wrappedBuffer(payload), 0, payload.length);
        CallMessage message = reader.message(0);
        assertThat(message.body()).isEqualTo(Body.REQUEST);
        assertThat(message.method()).isEqualTo("new");
        assertThat(message.timeoutMillis()).isZero();
        assertThat(message.metadata()).isEmpty();
        assertThat(message.reason()).isEmpty();
    }

    @Test
    @DisplayName("P03 numbers of up to ten bytes are legal, of eleven E_PROTO, wherever they stand")
    void P03_overlongVarints() {
        for (int size = 1; size <= 12; size++) {
            @Nullable RejectReason expected = size <= 10 ? OK : RejectReason.E_PROTO;
            Wire number = Wire.of().tag(2, 0).varint(5, size);
            assertThat(verdict(request(number))).as("value of %d bytes", size).isEqualTo(expected);
            Wire tag = Wire.of().varint(2 << 3, size).varint(5);
            assertThat(verdict(request(tag))).as("tag of %d bytes", size).isEqualTo(expected);
            Wire length = Wire.of().tag(8, 2).varint(1, size).raw(0);
            assertThat(verdict(request(length))).as("length of %d bytes", size).isEqualTo(expected);
            Wire outer = Wire.of().tag(1, 2);
            byte[] content = sensibleMessage().toBytes();
            assertThat(verdict(outer.varint(content.length, size).raw(content))).isEqualTo(expected);
        }
        int[] passedByTheLibrary = {255, 255, 255, 255, 255, 255, 255, 255, 0xAB, 0x9B, 24, 1};
        assertThat(verdict(message(Wire.of().tag(1, 0).raw(passedByTheLibrary))))
                .isEqualTo(RejectReason.E_PROTO);
    }

    @Test
    @DisplayName("P03 32-bit fields keep the low 32 bits")
    void P03_truncation() throws Exception {
        byte[] payload = request(Wire.of().number(2, (1L << 32) + 7)).toBytes();
        reader.read(Unpooled.wrappedBuffer(payload), 0, payload.length);
        assertThat(reader.message(0).timeoutMillis()).isEqualTo(7);
        assertThat(verdict(request(Wire.of().number(2, 1L << 32)))).isEqualTo(RejectReason.E_SEMANTIC);
        assertThat(verdict(body(3, Wire.of().number(1, (1L << 32) + 1)))).isNull();
    }

    @Test
    @DisplayName("P04 a length that is negative or beyond its message is E_PROTO")
    void P04_lengths() {
        for (long length : List.of(1L, 2L, (long) Integer.MAX_VALUE, -1L, 0xFFFF_FFFFL, 0x8000_0000L)) {
            assertThat(verdict(Wire.of().tag(1, 2).varint(length))).isEqualTo(RejectReason.E_PROTO);
            assertThat(verdict(message(Wire.of().tag(2, 2).varint(length)))).isEqualTo(RejectReason.E_PROTO);
            for (int field : List.of(1, 7, 8)) {
                Wire wire = request(Wire.of().tag(field, 2).varint(length));
                assertThat(verdict(wire))
                        .as("field %d, length %d", field, length)
                        .isEqualTo(RejectReason.E_PROTO);
                // bytes behind the message do not help
                assertThat(verdict(wire.raw(request(Wire.of()).toBytes()))).isEqualTo(RejectReason.E_PROTO);
            }
        }
    }

    @Test
    @DisplayName("P05 messages nested 101 deep and 10 000 groups are E_PROTO")
    void P05_nesting() {
        Wire nested = Wire.of();
        for (int depth = 0; depth < 101; depth++) {
            nested = Wire.of().message(1, nested);
        }
        assertThat(verdict(nested)).isEqualTo(RejectReason.E_PROTO);
        byte[] groups = new byte[10_000];
        Arrays.fill(groups, (byte) 0x0B);
        assertThat(verdict(Wire.of().raw(groups))).isEqualTo(RejectReason.E_PROTO);
        assertThat(verdict(request(Wire.of().raw(groups)))).isEqualTo(RejectReason.E_PROTO);
    }

    @Test
    @DisplayName("P06 a string that is not UTF-8 is E_PROTO: method, error, reason, metadata key and value")
    void P06_invalidUtf8() {
        List<byte[]> invalid = List.of(
                new byte[] {(byte) 0xFF},
                new byte[] {'a', (byte) 0xC3},
                new byte[] {(byte) 0xC0, (byte) 0x80},
                new byte[] {(byte) 0xED, (byte) 0xA0, (byte) 0x80},
                new byte[] {(byte) 0xF4, (byte) 0x90, (byte) 0x80, (byte) 0x80});
        for (byte[] text : invalid) {
            assertThat(verdict(request(Wire.of().bytes(1, text)))).isEqualTo(RejectReason.E_PROTO);
            assertThat(verdict(request(Wire.of().bytes(1, text).text(1, "m")))).isEqualTo(RejectReason.E_PROTO);
            assertThat(verdict(request(Wire.of().message(7, Wire.of().bytes(1, text)))))
                    .isEqualTo(RejectReason.E_PROTO);
            assertThat(verdict(request(Wire.of().message(7, Wire.of().bytes(2, text)))))
                    .isEqualTo(RejectReason.E_PROTO);
            assertThat(verdict(body(3, Wire.of().number(1, 1).bytes(3, text)))).isEqualTo(RejectReason.E_PROTO);
            assertThat(verdict(body(4, Wire.of().bytes(1, text)))).isEqualTo(RejectReason.E_PROTO);
            assertThat(verdict(request(Wire.of().bytes(8, text)))).isNull();
        }
        byte[] tooLongAndInvalid = new byte[200];
        Arrays.fill(tooLongAndInvalid, (byte) 0xFF);
        assertThat(verdict(request(Wire.of().bytes(1, tooLongAndInvalid)))).isEqualTo(RejectReason.E_PROTO);
    }

    @Test
    @DisplayName("P07 field number 0, wire types 6 and 7, and groups are E_PROTO")
    void P07_illegalTags() {
        for (int wireType = 0; wireType < 8; wireType++) {
            assertThat(verdict(Wire.of().tag(0, wireType).raw(0))).isEqualTo(RejectReason.E_PROTO);
            assertThat(verdict(request(Wire.of().tag(0, wireType).raw(0)))).isEqualTo(RejectReason.E_PROTO);
        }
        for (int wireType : List.of(3, 4, 6, 7)) {
            assertThat(verdict(Wire.of().tag(1, wireType))).isEqualTo(RejectReason.E_PROTO);
            assertThat(verdict(message(Wire.of().tag(2, wireType)))).isEqualTo(RejectReason.E_PROTO);
            assertThat(verdict(request(Wire.of().tag(8, wireType)))).isEqualTo(RejectReason.E_PROTO);
        }
    }

    @Test
    @DisplayName("P08 a payload of one message cut anywhere is E_PROTO")
    void P08_cutAtEveryOffset() {
        List<Wire> wholes = List.of(
                request(Wire.of().text(8, "payload").message(7, entry("k", "v")).number(6, 300)),
                body(
                        3,
                        Wire.of()
                                .number(1, 2)
                                .text(3, "error")
                                .text(4, "details")
                                .number(6, 1)),
                body(4, Wire.of().text(1, "reason")),
                body(5, Wire.of().text(1, "item").number(2, 1)),
                body(6, Wire.of().number(1, 300)));
        for (Wire whole : wholes) {
            byte[] payload = whole.toBytes();
            assertThat(verdict(whole)).isNull();
            for (int length = 1; length < payload.length; length++) {
                assertThat(verdict(Wire.of().raw(Arrays.copyOf(payload, length))))
                        .as("cut at %d", length)
                        .isEqualTo(RejectReason.E_PROTO);
            }
        }
    }

    @Test
    @DisplayName("P09 1 MiB of unknown fields, or of merges of one member, is judged without keeping it")
    void P09_floodsOfFields() {
        for (Wire flood : floods()) {
            assertThat(verdict(flood)).isEqualTo(RejectReason.E_PROTO);
        }
    }

    @Test
    @Tag("soak")
    @DisplayName("P09 the same costs less than 50 ms of a processor")
    void P09_costOfFloods() {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        for (Wire flood : floods()) {
            ByteBuf payload = Unpooled.wrappedBuffer(flood.toBytes());
            for (int warm = 0; warm < 20; warm++) {
                verdict(payload, 0, payload.readableBytes());
            }
            long before = threads.getCurrentThreadCpuTime();
            assertThat(verdict(payload, 0, payload.readableBytes())).isEqualTo(RejectReason.E_PROTO);
            long micros = (threads.getCurrentThreadCpuTime() - before) / 1_000;
            System.out.printf("P09 %d us for %d bytes%n", micros, payload.readableBytes());
            assertThat(micros).isLessThan(50_000);
        }
    }

    private static List<Wire> floods() {
        Wire unknown = Wire.of();
        Wire merges = Wire.of();
        Wire entries = Wire.of();
        for (int i = 0; i < 1 << 18; i++) {
            unknown.raw(0x78, 0, 0x7A, 0);
            merges.raw(0x12, 2, 0x18, 1);
            entries.raw(0x3A, 2, 0x0A, 0);
        }
        return List.of(request(unknown), message(merges.number(15, 1)), request(entries.number(15, 1)));
    }

    @Test
    @DisplayName("P10 what is required and missing is E_SEMANTIC")
    void P10_required() {
        assertThat(verdict(Wire.of())).isNull();
        assertThat(verdict(Wire.of().message(1, Wire.of()))).isEqualTo(RejectReason.E_SEMANTIC);
        assertThat(verdict(message(Wire.of()))).as("no body").isEqualTo(RejectReason.E_SEMANTIC);
        for (int member = 2; member <= 6; member++) {
            RejectReason expected = member == 4 || member == 5 ? OK : RejectReason.E_SEMANTIC;
            assertThat(verdict(body(member, Wire.of()))).as("member %d", member).isEqualTo(expected);
        }
        Wire withoutId = Wire.of().message(2, Wire.of().text(1, "m").number(2, 1));
        assertThat(verdict(Wire.of().message(1, withoutId))).isEqualTo(RejectReason.E_SEMANTIC);
        assertThat(verdict(request(Wire.of().number(2, 0)))).isEqualTo(RejectReason.E_SEMANTIC);
        assertThat(verdict(request(Wire.of().number(2, 0).number(3, 1)))).isNull();
        assertThat(verdict(request(Wire.of().text(1, "")))).isEqualTo(RejectReason.E_SEMANTIC);
    }

    @Test
    @DisplayName("P11 an unknown or unspecified outcome is E_SEMANTIC")
    void P11_outcomes() {
        for (int number = 1; number <= 10; number++) {
            assertThat(verdict(body(3, Wire.of().number(1, number)))).isNull();
        }
        for (long number : List.of(0L, 11L, -1L, (long) Integer.MIN_VALUE)) {
            assertThat(verdict(body(3, Wire.of().number(1, number)))).isEqualTo(RejectReason.E_SEMANTIC);
        }
    }

    @Test
    @DisplayName("P13 an error or reason of 257 bytes is E_SEMANTIC, of 256 legal")
    void P13_texts() {
        String legal = "ü".repeat(128);
        assertThat(verdict(body(3, Wire.of().number(1, 2).text(3, legal)))).isNull();
        assertThat(verdict(body(3, Wire.of().number(1, 2).text(3, legal + "x"))))
                .isEqualTo(RejectReason.E_SEMANTIC);
        assertThat(verdict(body(4, Wire.of().text(1, legal)))).isNull();
        assertThat(verdict(body(4, Wire.of().text(1, legal + "x")))).isEqualTo(RejectReason.E_SEMANTIC);
    }

    @Test
    void aMethodNameHasAtMost128Bytes() {
        assertThat(verdict(request(Wire.of().text(1, "ü".repeat(64))))).isNull();
        assertThat(verdict(request(Wire.of().text(1, "ü".repeat(64) + "x")))).isEqualTo(RejectReason.E_SEMANTIC);
    }

    @Test
    void metadataHasAtMost64Keys() {
        Wire metadata = Wire.of();
        for (int i = 0; i < 64; i++) {
            metadata.message(7, entry("key" + i, ""));
        }
        assertThat(verdict(request(metadata))).isNull();
        assertThat(verdict(request(metadata.message(7, entry("key0", "again")))))
                .isNull();
        assertThat(verdict(request(metadata.message(7, entry("key64", ""))))).isEqualTo(RejectReason.E_SEMANTIC);
    }

    @Test
    void aFrameHasAtMost256Messages() {
        Wire calls = Wire.of();
        for (int i = 0; i < 256; i++) {
            calls.message(1, sensibleMessage());
        }
        assertThat(verdict(calls)).isNull();
        assertThat(reader.count()).isEqualTo(256);
        assertThat(verdict(calls.message(1, sensibleMessage()))).isEqualTo(RejectReason.E_SEMANTIC);
        assertThat(reader.count()).isZero();
        assertThat(verdict(calls.message(1, Wire.of().number(9, 1)))).isEqualTo(RejectReason.E_PROTO);
    }

    @Test
    void theFormOfTheWholeFrameIsJudgedBeforeAnyMeaning() {
        Wire senseless = message(Wire.of());
        assertThat(verdict(senseless)).isEqualTo(RejectReason.E_SEMANTIC);
        assertThat(verdict(senseless.number(9, 1))).isEqualTo(RejectReason.E_PROTO);
    }

    @Test
    void aRequestCarriesAnIdOfItsOwnSide() throws Exception {
        byte[] odd = request(Wire.of()).toBytes();
        byte[] even = Wire.of()
                .message(
                        1,
                        Wire.of().number(1, 2).message(2, Wire.of().text(1, "m").number(2, 5)))
                .toBytes();
        reader.read(Unpooled.wrappedBuffer(odd), 0, odd.length);
        assertThat(verdict(Wire.of().raw(even))).isEqualTo(RejectReason.E_SEMANTIC);
        CallsReader ofWorker = CallsReader.ofWorker();
        ofWorker.read(Unpooled.wrappedBuffer(even), 0, even.length);
        assertThat(ofWorker.message(0).callId()).isEqualTo(2);
    }

    private @Nullable RejectReason verdict(Wire wire) {
        byte[] payload = wire.toBytes();
        RejectReason expected = GeneratedCalls.verdict(payload, true);
        ByteBuffer direct = ByteBuffer.allocateDirect(payload.length + 1).put(1, payload);
        assertThat(verdict(Unpooled.wrappedBuffer(direct), 1, payload.length)).isEqualTo(expected);
        assertThat(verdict(Unpooled.wrappedBuffer(payload), 0, payload.length)).isEqualTo(expected);
        return expected;
    }

    private @Nullable RejectReason verdict(ByteBuf buffer, int offset, int length) {
        try {
            reader.read(buffer, offset, length);
            return OK;
        } catch (ProtocolViolation e) {
            return e.reason();
        }
    }

    private static Wire entry(String key, String value) {
        return Wire.of().text(1, key).text(2, value);
    }

    /** A payload of one message, with a call id. */
    private static Wire message(Wire fields) {
        return Wire.of().message(1, Wire.of().number(1, 1).raw(fields.toBytes()));
    }

    private static Wire body(int member, Wire fields) {
        return message(Wire.of().message(member, fields));
    }

    /** A payload of one request which makes sense, and then {@code fields}. */
    private static Wire request(Wire fields) {
        return body(2, Wire.of().text(1, "m").number(2, 5).raw(fields.toBytes()));
    }

    private static Wire sensibleMessage() {
        return Wire.of().number(1, 1).message(4, Wire.of());
    }
}
