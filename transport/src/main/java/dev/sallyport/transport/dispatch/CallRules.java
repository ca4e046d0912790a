package dev.sallyport.transport.dispatch;

import dev.sallyport.proto.WireSpec;
import dev.sallyport.transport.MethodDescriptor;
import dev.sallyport.transport.RejectReason;
import dev.sallyport.transport.frame.ProtocolViolation;

/** What the fields of a message must mean, whatever calls are in flight (protocol.md, section 7). */
final class CallRules {

    private CallRules() {}

    /**
     * @param requestIdBit the lowest bit of the ids that the sender of requests chooses
     * @throws ProtocolViolation with E_SEMANTIC
     */
    static void check(CallMessage message, long requestIdBit) throws ProtocolViolation {
        require(message.callId() != 0, "a call id of 0");
        require(!message.metadataOverflow, "too many metadata entries");
        switch (message.body()) {
            case NONE -> require(false, "a message without a body");
            case REQUEST -> checkRequest(message, requestIdBit);
            case RESPONSE -> {
                require(OutcomeNumbers.byNumber(message.outcomeNumber) != null, "an unknown outcome");
                require(message.textLength <= WireSpec.TEXT_MAX_BYTES, "an error text too long");
            }
            case CANCEL -> require(message.textLength <= WireSpec.TEXT_MAX_BYTES, "a reason too long");
            case ITEM -> {}
            case CREDIT -> require(message.creditItems() != 0, "a credit of 0 items");
        }
    }

    private static void checkRequest(CallMessage request, long requestIdBit) throws ProtocolViolation {
        require((request.callId() & 1) == requestIdBit, "a call id of the other side");
        require(request.methodLength != 0, "no method");
        require(request.methodLength <= MethodDescriptor.NAME_MAX_BYTES, "a method name too long");
        require(request.oneWay() || request.timeoutMillis() != 0, "no time-out");
    }

    static void require(boolean condition, String otherwise) throws ProtocolViolation {
        if (!condition) {
            throw new ProtocolViolation(RejectReason.E_SEMANTIC, otherwise);
        }
    }
}
