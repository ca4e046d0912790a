package dev.sallyport.transport.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.fail;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import dev.sallyport.proto.v1.ChallengeParams;
import dev.sallyport.proto.v1.Goodbye;
import dev.sallyport.proto.v1.Heartbeat;
import dev.sallyport.proto.v1.HeartbeatAck;
import dev.sallyport.proto.v1.HelloParams;
import dev.sallyport.proto.v1.Lane;
import dev.sallyport.proto.v1.Ready;
import dev.sallyport.proto.v1.StopAck;
import dev.sallyport.proto.v1.StopRequest;
import dev.sallyport.proto.v1.WorkerStatus;
import dev.sallyport.transport.RejectReason;
import dev.sallyport.transport.frame.ProtocolViolation;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Cases P01 to P13 for every message but CALLS. */
class ControlCodecTest {

    private static final ByteString STOP_ID = ByteString.copyFrom(new byte[16]);

    @FunctionalInterface
    interface Read {
        Message from(ByteBuf buffer, int offset, int length) throws ProtocolViolation;
    }

    /** A message that makes sense, with every field set, and how it is read. */
    record Subject(Message message, Read read, Set<Integer> tags) {
        @Nullable
        RejectReason verdict(byte[] payload) {
            try {
                read.from(Unpooled.wrappedBuffer(payload), 0, payload.length);
                return null;
            } catch (ProtocolViolation e) {
                return e.reason();
            }
        }

        @Override
        public String toString() {
            return message.getClass().getSimpleName();
        }
    }

    static Stream<Subject> subjects() {
        return Stream.of(
                new Subject(
                        HelloParams.newBuilder()
                                .setSchemaMin(1)
                                .setSchemaMax(1)
                                .setWorkerId("scoring-1")
                                .setIncarnation(3)
                                .setPid(77)
                                .setGroupId("scoring")
                                .setLane(Lane.LANE_DATA)
                                .build(),
                        ControlCodec::helloParams,
                        ControlCodec.HELLO_PARAMS.tags()),
                new Subject(
                        ChallengeParams.newBuilder()
                                .setSchema(1)
                                .setMaxPayload(1 << 20)
                                .setTtlMs(30_000)
                                .build(),
                        ControlCodec::challengeParams,
                        ControlCodec.CHALLENGE_PARAMS.tags()),
                new Subject(
                        Ready.newBuilder().setHeartbeatMs(5000).build(),
                        ControlCodec::ready,
                        ControlCodec.READY.tags()),
                new Subject(
                        Goodbye.newBuilder()
                                .setCode(2)
                                .setLastSeqReceived(-1)
                                .setReceivedAny(true)
                                .build(),
                        ControlCodec::goodbye,
                        ControlCodec.GOODBYE.tags()),
                new Subject(
                        Heartbeat.newBuilder().setToken(9).build(),
                        ControlCodec::heartbeat,
                        ControlCodec.HEARTBEAT.tags()),
                new Subject(
                        HeartbeatAck.newBuilder().setToken(9).build(),
                        ControlCodec::heartbeatAck,
                        ControlCodec.HEARTBEAT_ACK.tags()),
                new Subject(status().build(), ControlCodec::workerStatus, ControlCodec.WORKER_STATUS.tags()),
                new Subject(stop().build(), ControlCodec::stopRequest, ControlCodec.STOP_REQUEST.tags()),
                new Subject(
                        StopAck.newBuilder()
                                .setStopId(STOP_ID)
                                .setPhase(StopAck.Phase.DRAINED)
                                .setInflight(1)
                                .setCompleted(2)
                                .setAbandoned(3)
                                .setDuplicate(true)
                                .setEffectiveTimeoutMs(-1)
                                .build(),
                        ControlCodec::stopAck,
                        ControlCodec.STOP_ACK.tags()));
    }

    private static WorkerStatus.Builder status() {
        return WorkerStatus.newBuilder()
                .setPhase(WorkerStatus.Phase.READY)
                .setCategory("child bootstrap")
                .setDetail("ü")
                .addMethods("scoring/score")
                .addMethods("scoring/explain");
    }

    private static StopRequest.Builder stop() {
        return StopRequest.newBuilder()
                .setStopId(STOP_ID)
                .setMode(StopRequest.Mode.DRAIN)
                .setGracefulTimeoutMs(-1)
                .setDrainInflight(true)
                .setReason("bye\r\n\u001b");
    }

    @ParameterizedTest
    @MethodSource("subjects")
    void theFieldsAreThoseOfTheSchema(Subject subject) {
        Descriptor descriptor = subject.message().getDescriptorForType();
        Set<Integer> tags = new HashSet<>();
        for (FieldDescriptor field : descriptor.getFields()) {
            tags.add(field.getNumber() << 3 | field.getLiteType().getWireType());
        }
        assertThat(subject.tags()).isEqualTo(tags);
    }

    @ParameterizedTest
    @MethodSource("subjects")
    void whatIsWrittenIsRead(Subject subject) throws Exception {
        ByteBuf out = Unpooled.directBuffer();
        try {
            out.writeByte(1);
            ControlCodec.write(subject.message(), out);
            int length = out.writerIndex() - 1;
            out.writeByte(1);
            assertThat(subject.read().from(out, 1, length)).isEqualTo(subject.message());
        } finally {
            out.release();
        }
    }

    @ParameterizedTest
    @MethodSource("subjects")
    @DisplayName("P01 an unknown field is E_PROTO, and so is a known number of another wire type")
    void P01_unknownField(Subject subject) {
        byte[] payload = subject.message().toByteArray();
        assertThat(subject.verdict(concat(payload, 0x78, 1))).isEqualTo(RejectReason.E_PROTO);
        assertThat(subject.verdict(concat(payload, 0x7A, 0))).isEqualTo(RejectReason.E_PROTO);
        assertThat(subject.verdict(concat(payload, 0x0D, 1, 1, 1, 1))).isEqualTo(RejectReason.E_PROTO);
    }

    @ParameterizedTest
    @MethodSource("subjects")
    @DisplayName("P02 of a field given twice the last value counts")
    void P02_lastValueWins(Subject subject) throws Exception {
        byte[] payload = subject.message().toByteArray();
        byte[] twice = concat(payload, ints(payload));
        Message expected = subject.message().getParserForType().parseFrom(twice);
        assertThat(subject.read().from(Unpooled.wrappedBuffer(twice), 0, twice.length))
                .isEqualTo(expected);
    }

    @Test
    @DisplayName("P03 ten bytes of a varint are legal, eleven are E_PROTO")
    void P03_overlongVarints() throws Exception {
        byte[] ten = concat(new byte[] {8}, 0x82, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0);
        assertThat(ControlCodec.goodbye(Unpooled.wrappedBuffer(ten), 0, ten.length)
                        .getCode())
                .isEqualTo(2);
        byte[] passedByTheLibrary = concat(new byte[] {16}, 255, 255, 255, 255, 255, 255, 255, 255, 0xAB, 0x9B, 24, 1);
        assertThat(new Subject(Goodbye.getDefaultInstance(), ControlCodec::goodbye, Set.of())
                        .verdict(passedByTheLibrary))
                .isEqualTo(RejectReason.E_PROTO);
        byte[] eleven = concat(new byte[] {8}, 0x82, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0);
        ProtocolViolation violation = catchThrowableOfType(
                ProtocolViolation.class, () -> ControlCodec.goodbye(Unpooled.wrappedBuffer(eleven), 0, eleven.length));
        assertThat(violation.reason()).isEqualTo(RejectReason.E_PROTO);
        assertThat(violation.getStackTrace()).isEmpty();
        assertThat(violation.getCause()).isNull();
    }

    @Test
    @DisplayName("P04 P06 P07 bad lengths, bad UTF-8, field number 0, bad wire types and stray groups are E_PROTO")
    void P04_P06_P07_malformed() {
        Subject subject = new Subject(stop().build(), ControlCodec::stopRequest, Set.of());
        byte[] good = stop().build().toByteArray();
        assertThat(subject.verdict(concat(good, 0x2A, 5))).isEqualTo(RejectReason.E_PROTO);
        assertThat(subject.verdict(concat(good, 0x2A, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F)))
                .isEqualTo(RejectReason.E_PROTO);
        assertThat(subject.verdict(concat(good, 0x2A, 1, 0xFF))).isEqualTo(RejectReason.E_PROTO);
        for (int tag : new int[] {0, 2, 0x0E, 0x0F, 0x0B, 0x0C}) {
            assertThat(subject.verdict(concat(good, tag, 0))).as("tag %d", tag).isEqualTo(RejectReason.E_PROTO);
        }
    }

    @Test
    @DisplayName("P05 10 000 nested groups are E_PROTO")
    void P05_nesting() {
        byte[] groups = new byte[10_000];
        Arrays.fill(groups, (byte) 0x7B);
        assertThat(new Subject(stop().build(), ControlCodec::stopRequest, Set.of()).verdict(groups))
                .isEqualTo(RejectReason.E_PROTO);
    }

    @ParameterizedTest
    @MethodSource("subjects")
    @DisplayName("P08 a message cut within a field is E_PROTO, and cut between fields what is left decides")
    void P08_cutAtEveryOffset(Subject subject) {
        byte[] payload = subject.message().toByteArray();
        for (int length = 0; length < payload.length; length++) {
            byte[] cut = Arrays.copyOf(payload, length);
            assertThat(subject.verdict(cut) == RejectReason.E_PROTO)
                    .as("cut at %d", length)
                    .isEqualTo(!isExact(subject.message(), cut));
        }
    }

    @Test
    @DisplayName("P09 1 MiB of unknown fields ends at the first")
    void P09_manyUnknownFields() {
        byte[] payload = new byte[1 << 20];
        for (int i = 0; i < payload.length; i += 4) {
            payload[i] = 0x78;
            payload[i + 2] = 0x7A;
        }
        assertThat(new Subject(Goodbye.getDefaultInstance(), ControlCodec::goodbye, Set.of()).verdict(payload))
                .isEqualTo(RejectReason.E_PROTO);
    }

    @Test
    @DisplayName("P10 required fields that are missing or of another size are E_SEMANTIC")
    void P10_requiredFields() {
        Set<Class<?>> allOptional = Set.of(Ready.class, Heartbeat.class, HeartbeatAck.class);
        subjects()
                .filter(subject -> !allOptional.contains(subject.message().getClass()))
                .forEach(subject -> assertThat(subject.verdict(new byte[0]))
                        .as("%s", subject)
                        .isEqualTo(RejectReason.E_SEMANTIC));
        for (int size : new int[] {0, 15, 17}) {
            ByteString id = ByteString.copyFrom(new byte[size]);
            assertThat(verdict(stop().setStopId(id).build())).isEqualTo(RejectReason.E_SEMANTIC);
            assertThat(verdict(StopAck.newBuilder()
                            .setStopId(id)
                            .setPhase(StopAck.Phase.STOPPED)
                            .build()))
                    .isEqualTo(RejectReason.E_SEMANTIC);
        }
        assertThat(verdict(ChallengeParams.newBuilder()
                        .setSchema(1)
                        .setMaxPayload(4095)
                        .setTtlMs(1)
                        .build()))
                .isEqualTo(RejectReason.E_SEMANTIC);
        assertThat(verdict(ChallengeParams.newBuilder()
                        .setSchema(1)
                        .setMaxPayload(-1)
                        .setTtlMs(1)
                        .build()))
                .isEqualTo(RejectReason.E_SEMANTIC);
        assertThat(verdict(status().addMethods("").build())).isEqualTo(RejectReason.E_SEMANTIC);
        assertThat(verdict(status().addMethods("m".repeat(129)).build())).isEqualTo(RejectReason.E_SEMANTIC);
        assertThat(verdict(status().addMethods("m".repeat(128)).build())).isNull();
    }

    @Test
    @DisplayName("P11 an unknown or unspecified enum value is E_SEMANTIC")
    void P11_enums() {
        for (int value : new int[] {0, 99, -1}) {
            assertThat(verdict(stop().setModeValue(value).build())).isEqualTo(RejectReason.E_SEMANTIC);
            assertThat(verdict(status().setPhaseValue(value).build())).isEqualTo(RejectReason.E_SEMANTIC);
            assertThat(verdict(StopAck.newBuilder()
                            .setStopId(STOP_ID)
                            .setPhaseValue(value)
                            .build()))
                    .isEqualTo(RejectReason.E_SEMANTIC);
            assertThat(verdict(HelloParams.newBuilder().setLaneValue(value).build()))
                    .isEqualTo(RejectReason.E_SEMANTIC);
        }
    }

    @Test
    @DisplayName("P13 a text of 257 bytes is E_SEMANTIC, of 256 legal")
    void P13_textTooLong() {
        String legal = "ü".repeat(128);
        assertThat(verdict(stop().setReason(legal).build())).isNull();
        assertThat(verdict(stop().setReason(legal + "x").build())).isEqualTo(RejectReason.E_SEMANTIC);
        assertThat(verdict(status().setDetail(legal).setCategory(legal).build()))
                .isNull();
        assertThat(verdict(status().setDetail(legal + "x").build())).isEqualTo(RejectReason.E_SEMANTIC);
        assertThat(verdict(status().setCategory(legal + "x").build())).isEqualTo(RejectReason.E_SEMANTIC);
    }

    @ParameterizedTest
    @MethodSource("subjects")
    void damageIsFoundExactlyWhenTheGeneratedClassFindsIt(Subject subject) {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        byte[] original = subject.message().toByteArray();
        for (int round = 0; round < 5_000; round++) {
            byte[] damaged = original.clone();
            for (int changes = random.nextInt(3); changes >= 0; changes--) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
            }
            if ((subject.verdict(damaged) == RejectReason.E_PROTO) == isExact(subject.message(), damaged)) {
                fail("seed " + seed + ": " + Arrays.toString(damaged));
            }
        }
    }

    private static @Nullable RejectReason verdict(Message message) {
        Subject subject = subjects()
                .filter(s -> s.message().getClass() == message.getClass())
                .findFirst()
                .orElseThrow();
        return subject.verdict(message.toByteArray());
    }

    /**
     * The judgement of the generated class: it parses, and knows every field. It is fed byte by byte, because the fast path
     * of the library over arrays lets some varints of more than ten bytes pass.
     */
    private static boolean isExact(Message type, byte[] payload) {
        try {
            CodedInputStream input = CodedInputStream.newInstance(new ByteArrayInputStream(payload), 1);
            Message message = type.getParserForType().parseFrom(input);
            return message.getUnknownFields().asMap().isEmpty();
        } catch (InvalidProtocolBufferException e) {
            return false;
        }
    }

    private static int[] ints(byte[] bytes) {
        int[] ints = new int[bytes.length];
        Arrays.setAll(ints, i -> bytes[i]);
        return ints;
    }

    private static byte[] concat(byte[] head, int... tail) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(head);
        for (int b : tail) {
            out.write(b);
        }
        return out.toByteArray();
    }
}
