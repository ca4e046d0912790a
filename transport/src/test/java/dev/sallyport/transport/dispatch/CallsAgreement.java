package dev.sallyport.transport.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.sallyport.proto.v1.Calls;
import dev.sallyport.proto.v1.Cancel;
import dev.sallyport.proto.v1.Credit;
import dev.sallyport.proto.v1.Item;
import dev.sallyport.proto.v1.Message;
import dev.sallyport.proto.v1.Outcome;
import dev.sallyport.proto.v1.Request;
import dev.sallyport.proto.v1.Response;
import dev.sallyport.transport.RejectReason;
import dev.sallyport.transport.frame.ProtocolViolation;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** The reader of CALLS payloads and the generated protobuf classes, asked about the same bytes. */
final class CallsAgreement {

    private final CallsReader reader;
    private final boolean fromSupervisor;

    /** One of each kind, used again and again: what a payload leaves behind must not show in the next. */
    private final ByteBuf heap = Unpooled.buffer(64);

    private final ByteBuf direct = Unpooled.wrappedBuffer(ByteBuffer.allocateDirect(1 << 16));

    private CallsAgreement(CallsReader reader, boolean fromSupervisor) {
        this.reader = reader;
        this.fromSupervisor = fromSupervisor;
    }

    static CallsAgreement ofSupervisor() {
        return new CallsAgreement(CallsReader.ofSupervisor(), true);
    }

    static CallsAgreement ofWorker() {
        return new CallsAgreement(CallsReader.ofWorker(), false);
    }

    /** How many messages the last payload had. */
    int count() {
        return reader.count();
    }

    /** Reads the payload, from either kind of buffer, and compares verdict and values. */
    @Nullable
    RejectReason check(byte[] payload, String origin) {
        ByteBuf buffer = (payload.length & 1) == 0 ? heap : direct;
        buffer.clear().writeByte(0x08).writeBytes(payload).writeByte(0x01);
        RejectReason verdict = null;
        try {
            reader.read(buffer, 1, payload.length);
        } catch (ProtocolViolation e) {
            verdict = e.reason();
        }
        RejectReason expected = GeneratedCalls.verdict(payload, fromSupervisor);
        if (verdict != expected) {
            fail(origin + ": " + verdict + " and not " + expected + ": " + ByteBufUtil.hexDump(payload));
        }
        if (verdict == null) {
            Calls calls = GeneratedCalls.parse(payload);
            if (calls == null || !calls.equals(readBack(buffer))) {
                fail(origin + ": read otherwise: " + ByteBufUtil.hexDump(payload));
            }
        } else {
            assertThat(reader.count()).isZero();
        }
        if (verdict != RejectReason.E_PROTO && !GeneratedCalls.isTakenByGeneratedClass(payload)) {
            fail(origin + ": refused by the generated class: " + ByteBufUtil.hexDump(payload));
        }
        return verdict;
    }

    /** The reader's messages as a generated object. */
    private Calls readBack(ByteBuf buffer) {
        Calls.Builder calls = Calls.newBuilder();
        for (int i = 0; i < reader.count(); i++) {
            calls.addMessages(readBack(buffer, reader.message(i)));
        }
        return calls.build();
    }

    private static Message readBack(ByteBuf buffer, CallMessage message) {
        ByteString payload = bytes(buffer, message.payloadOffset(), message.payloadLength());
        Message.Builder builder = Message.newBuilder().setCallId(message.callId());
        switch (message.body()) {
            case REQUEST ->
                builder.setRequest(Request.newBuilder()
                        .setMethod(message.method())
                        .setTimeoutMs((int) message.timeoutMillis())
                        .setOneWay(message.oneWay())
                        .setRequestStream(message.requestStream())
                        .setResponseStream(message.responseStream())
                        .setInitialCredit((int) message.initialCredit())
                        .putAllMetadata(message.metadata())
                        .setPayload(payload));
            case RESPONSE ->
                builder.setResponse(Response.newBuilder()
                        .setOutcome(Outcome.valueOf(message.outcome().name()))
                        .setPayload(payload)
                        .setError(message.error())
                        .setDetails(bytes(buffer, message.detailsOffset(), message.detailsLength()))
                        .putAllMetadata(message.metadata())
                        .setRan(message.ran()));
            case CANCEL -> builder.setCancel(Cancel.newBuilder().setReason(message.reason()));
            case ITEM -> builder.setItem(Item.newBuilder().setPayload(payload).setLast(message.last()));
            case CREDIT -> builder.setCredit(Credit.newBuilder().setItems((int) message.creditItems()));
            case NONE -> throw new IllegalStateException("a message without a body was accepted");
        }
        return builder.build();
    }

    private static ByteString bytes(ByteBuf buffer, int offset, int length) {
        return UnsafeByteOperations.unsafeWrap(ByteBufUtil.getBytes(buffer, offset, length));
    }
}
