package dev.sallyport.transport.conformance;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.sallyport.proto.v1.Calls;
import dev.sallyport.proto.v1.Message;
import dev.sallyport.proto.v1.Outcome;
import dev.sallyport.proto.v1.Request;
import dev.sallyport.proto.v1.Response;

/** Payloads of CALLS frames by the generated classes. */
final class Messages {

    private Messages() {}

    static Calls of(byte[] payload) {
        try {
            return Calls.parseFrom(payload);
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError("not a CALLS payload", e);
        }
    }

    static byte[] request(long id, String method, byte[] body) {
        return request(id, method, body, 60_000);
    }

    static byte[] request(long id, String method, byte[] body, int timeoutMillis) {
        return payload(Message.newBuilder()
                .setCallId(id)
                .setRequest(Request.newBuilder()
                        .setMethod(method)
                        .setTimeoutMs(timeoutMillis)
                        .setPayload(ByteString.copyFrom(body)))
                .build());
    }

    static byte[] response(long id, byte[] body) {
        return payload(Message.newBuilder()
                .setCallId(id)
                .setResponse(Response.newBuilder()
                        .setOutcome(Outcome.OK)
                        .setRan(true)
                        .setPayload(ByteString.copyFrom(body)))
                .build());
    }

    static byte[] payload(Message... messages) {
        Calls.Builder calls = Calls.newBuilder();
        for (Message message : messages) {
            calls.addMessages(message);
        }
        return calls.build().toByteArray();
    }
}
