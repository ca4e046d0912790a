package dev.sallyport.transport.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.google.protobuf.ByteString;
import dev.sallyport.proto.v1.Calls;
import dev.sallyport.proto.v1.Message;
import dev.sallyport.proto.v1.Outcome;
import dev.sallyport.proto.v1.Request;
import dev.sallyport.proto.v1.Response;
import dev.sallyport.transport.Codec;
import dev.sallyport.transport.RejectReason;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The codec written by hand against the generated protobuf classes, on payloads drawn from a printed seed. */
class CallsDifferentialTest {

    private static final int ROUNDS = 5_000;

    private final long seed = System.nanoTime();
    private final RandomCalls random = new RandomCalls(seed);
    private final CallsAgreement agreement = CallsAgreement.ofSupervisor();

    private final ByteBuf heap = Unpooled.buffer(64);

    private final ByteBuf direct = Unpooled.wrappedBuffer(ByteBuffer.allocateDirect(1 << 16));

    @BeforeEach
    void printSeed() {
        System.out.println("seed " + seed);
    }

    @Test
    void whatGeneratedClassesWriteIsReadAsTheyReadIt() {
        for (int round = 0; round < ROUNDS; round++) {
            Calls calls = random.sensible();
            agree(calls.toByteArray());
            assertThat(agreement.count()).isEqualTo(calls.getMessagesCount());
        }
    }

    @Test
    void oddPayloadsAreJudgedAndReadAlike() {
        int accepted = 0;
        for (int round = 0; round < ROUNDS; round++) {
            accepted += agree(random.odd()) == null ? 1 : 0;
        }
        assertThat(accepted).as("seed %d: a fair share is legal", seed).isGreaterThan(ROUNDS / 10);
    }

    @Test
    void damagedPayloadsAreJudgedAndReadAlike() {
        for (int round = 0; round < ROUNDS; round++) {
            agree(random.damaged(
                    round % 2 == 0 ? random.odd() : random.sensible().toByteArray()));
        }
    }

    @Test
    void sensiblePayloadsCutAnywhereAreJudgedAndReadAlike() {
        for (int round = 0; round < ROUNDS / 100; round++) {
            byte[] whole = random.sensible().toByteArray();
            for (int length = 0; length < whole.length; length++) {
                agree(Arrays.copyOf(whole, length));
            }
        }
    }

    @Test
    void theWriterPutsTheBytesOfGeneratedClasses() throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            Calls calls = writable(random.sensible());
            ByteBuf out = round % 2 == 0 ? heap.clear() : direct.clear();
            for (Message message : calls.getMessagesList()) {
                int before = out.writerIndex();
                int size = write(out, message);
                assertThat(out.writerIndex() - before).isEqualTo(size);
            }
            byte[] written = ByteBufUtil.getBytes(out);
            if (!calls.equals(Calls.parseFrom(written)) || !calls.toByteString().equals(ByteString.copyFrom(written))) {
                fail("seed " + seed + ": " + ByteBufUtil.hexDump(written) + " for " + calls);
            }
        }
    }

    private @Nullable RejectReason agree(byte[] payload) {
        return agreement.check(payload, "seed " + seed);
    }

    /** The same without what the writer never puts: payloads of failures, texts and details of replies, response metadata. */
    private static Calls writable(Calls calls) {
        Calls.Builder writable = calls.toBuilder();
        for (Message.Builder message : writable.getMessagesBuilderList()) {
            if (message.hasResponse()) {
                Response.Builder response = message.getResponseBuilder().clearMetadata();
                if (response.getOutcome() == Outcome.OK) {
                    response.clearError().clearDetails().setRan(true);
                } else {
                    response.clearPayload();
                }
            }
        }
        return writable.build();
    }

    private static int write(ByteBuf out, Message message) {
        long id = message.getCallId();
        return switch (message.getBodyCase()) {
            case REQUEST -> writeRequest(out, id, message.getRequest());
            case RESPONSE -> writeResponse(out, id, message.getResponse());
            case CANCEL -> {
                String reason = message.getCancel().getReason();
                CallsWriter.writeCancel(out, id, reason);
                yield CallsWriter.cancelSize(id, reason);
            }
            case ITEM -> {
                byte[] payload = message.getItem().getPayload().toByteArray();
                boolean last = message.getItem().getLast();
                CallsWriter.writeItem(out, id, Codec.bytes(), payload, payload.length, last);
                yield CallsWriter.itemSize(id, payload.length, last);
            }
            case CREDIT -> {
                long items = Integer.toUnsignedLong(message.getCredit().getItems());
                CallsWriter.writeCredit(out, id, items);
                yield CallsWriter.creditSize(id, items);
            }
            case BODY_NOT_SET -> throw new IllegalArgumentException("no body");
        };
    }

    private static int writeRequest(ByteBuf out, long id, Request request) {
        RequestHead head = new RequestHead(
                RequestHead.encoded(request.getMethod()),
                Integer.toUnsignedLong(request.getTimeoutMs()),
                request.getOneWay(),
                request.getRequestStream(),
                request.getResponseStream(),
                Integer.toUnsignedLong(request.getInitialCredit()),
                request.getMetadataMap());
        byte[] payload = request.getPayload().toByteArray();
        CallsWriter.writeRequest(out, id, head, Codec.bytes(), payload, payload.length);
        return CallsWriter.requestSize(id, head, payload.length);
    }

    private static int writeResponse(ByteBuf out, long id, Response response) {
        if (response.getOutcome() == Outcome.OK) {
            byte[] payload = response.getPayload().toByteArray();
            CallsWriter.writeReply(out, id, Codec.bytes(), payload, payload.length);
            return CallsWriter.replySize(id, payload.length);
        }
        byte[] details = response.getDetails().toByteArray();
        dev.sallyport.transport.Outcome outcome =
                dev.sallyport.transport.Outcome.valueOf(response.getOutcome().name());
        CallsWriter.writeFailure(out, id, outcome, response.getRan(), response.getError(), details);
        return CallsWriter.failureSize(id, outcome, response.getRan(), response.getError(), details.length);
    }
}
