package dev.sallyport.transport.dispatch;

import dev.sallyport.transport.Codec;
import dev.sallyport.transport.Outcome;
import dev.sallyport.transport.session.WireText;
import io.netty.buffer.ByteBuf;

/**
 * Writes the messages of a CALLS payload straight into the outgoing frame, in the bytes that the generated protobuf
 * classes would put. A payload is a concatenation of messages: write as many as fit.
 *
 * <p>Each message has a size, which is known before anything is written, and which counts all bytes that the message adds
 * to the payload. A target is one contiguous buffer. When a write throws, its writer index has not moved.
 */
final class CallsWriter {

    private CallsWriter() {}

    static int requestSize(long callId, RequestHead head, int payloadSize) {
        return messageSize(callId, requestBodySize(head, payloadSize));
    }

    /** @throws IllegalStateException when the codec does not put {@code payloadSize} bytes */
    static <T> void writeRequest(
            ByteBuf out, long callId, RequestHead head, Codec<T> codec, T payload, int payloadSize) {
        int bodySize = requestBodySize(head, payloadSize);
        int size = messageSize(callId, bodySize);
        out.ensureWritable(size);
        // the payload is the last field
        WireOutput.place(out, out.writerIndex() + size - payloadSize, codec, payload, payloadSize);
        beginMessage(out, callId, CallFields.MESSAGE_REQUEST, bodySize);
        WireOutput.putBytes(out, CallFields.REQUEST_METHOD, head.method());
        WireOutput.putNumber(out, CallFields.REQUEST_TIMEOUT, head.timeoutMillis());
        WireOutput.putFlag(out, CallFields.REQUEST_ONE_WAY, head.oneWay());
        WireOutput.putFlag(out, CallFields.REQUEST_REQUEST_STREAM, head.requestStream());
        WireOutput.putFlag(out, CallFields.REQUEST_RESPONSE_STREAM, head.responseStream());
        WireOutput.putNumber(out, CallFields.REQUEST_INITIAL_CREDIT, head.initialCredit());
        WireOutput.putMetadata(out, CallFields.REQUEST_METADATA, head.metadata());
        WireOutput.passPlaced(out, CallFields.REQUEST_PAYLOAD, payloadSize);
    }

    /** A response with outcome OK. */
    static int replySize(long callId, int payloadSize) {
        return messageSize(callId, replyBodySize(payloadSize));
    }

    /** @throws IllegalStateException when the codec does not put {@code payloadSize} bytes */
    static <T> void writeReply(ByteBuf out, long callId, Codec<T> codec, T payload, int payloadSize) {
        int bodySize = replyBodySize(payloadSize);
        int size = messageSize(callId, bodySize);
        out.ensureWritable(size);
        WireOutput.place(
                out, out.writerIndex() + size - WireOutput.flagSize(true) - payloadSize, codec, payload, payloadSize);
        beginMessage(out, callId, CallFields.MESSAGE_RESPONSE, bodySize);
        WireOutput.putNumber(out, CallFields.RESPONSE_OUTCOME, OutcomeNumbers.of(Outcome.OK));
        WireOutput.passPlaced(out, CallFields.RESPONSE_PAYLOAD, payloadSize);
        WireOutput.putFlag(out, CallFields.RESPONSE_RAN, true);
    }

    /** A response with an outcome other than OK. */
    static int failureSize(long callId, Outcome outcome, boolean ran, String error, int detailsSize) {
        return messageSize(callId, failureBodySize(outcome, ran, WireText.cut(error), detailsSize));
    }

    /** @param error cut to 256 bytes of UTF-8 */
    static void writeFailure(ByteBuf out, long callId, Outcome outcome, boolean ran, String error, byte[] details) {
        String text = WireText.cut(error);
        int bodySize = failureBodySize(outcome, ran, text, details.length);
        out.ensureWritable(messageSize(callId, bodySize));
        beginMessage(out, callId, CallFields.MESSAGE_RESPONSE, bodySize);
        WireOutput.putNumber(out, CallFields.RESPONSE_OUTCOME, OutcomeNumbers.of(outcome));
        WireOutput.putText(out, CallFields.RESPONSE_ERROR, text);
        WireOutput.putBytes(out, CallFields.RESPONSE_DETAILS, details);
        WireOutput.putFlag(out, CallFields.RESPONSE_RAN, ran);
    }

    static int cancelSize(long callId, String reason) {
        return messageSize(callId, WireOutput.textSize(WireText.cut(reason)));
    }

    /** @param reason cut to 256 bytes of UTF-8 */
    static void writeCancel(ByteBuf out, long callId, String reason) {
        String text = WireText.cut(reason);
        int bodySize = WireOutput.textSize(text);
        out.ensureWritable(messageSize(callId, bodySize));
        beginMessage(out, callId, CallFields.MESSAGE_CANCEL, bodySize);
        WireOutput.putText(out, CallFields.CANCEL_REASON, text);
    }

    static int itemSize(long callId, int payloadSize, boolean last) {
        return messageSize(callId, itemBodySize(payloadSize, last));
    }

    /** @throws IllegalStateException when the codec does not put {@code payloadSize} bytes */
    static <T> void writeItem(ByteBuf out, long callId, Codec<T> codec, T payload, int payloadSize, boolean last) {
        int bodySize = itemBodySize(payloadSize, last);
        int size = messageSize(callId, bodySize);
        out.ensureWritable(size);
        int payloadIndex = out.writerIndex() + size - WireOutput.flagSize(last) - payloadSize;
        WireOutput.place(out, payloadIndex, codec, payload, payloadSize);
        beginMessage(out, callId, CallFields.MESSAGE_ITEM, bodySize);
        WireOutput.passPlaced(out, CallFields.ITEM_PAYLOAD, payloadSize);
        WireOutput.putFlag(out, CallFields.ITEM_LAST, last);
    }

    static int creditSize(long callId, long items) {
        return messageSize(callId, WireOutput.numberSize(items));
    }

    /** @param items 1 to 2^32 - 1 */
    static void writeCredit(ByteBuf out, long callId, long items) {
        int bodySize = WireOutput.numberSize(items);
        out.ensureWritable(messageSize(callId, bodySize));
        beginMessage(out, callId, CallFields.MESSAGE_CREDIT, bodySize);
        WireOutput.putNumber(out, CallFields.CREDIT_ITEMS, items);
    }

    private static int requestBodySize(RequestHead head, int payloadSize) {
        return WireOutput.bytesSize(head.method().length)
                + WireOutput.numberSize(head.timeoutMillis())
                + WireOutput.flagSize(head.oneWay())
                + WireOutput.flagSize(head.requestStream())
                + WireOutput.flagSize(head.responseStream())
                + WireOutput.numberSize(head.initialCredit())
                + WireOutput.metadataSize(head.metadata())
                + WireOutput.bytesSize(payloadSize);
    }

    private static int replyBodySize(int payloadSize) {
        return WireOutput.numberSize(OutcomeNumbers.of(Outcome.OK))
                + WireOutput.bytesSize(payloadSize)
                + WireOutput.flagSize(true);
    }

    private static int failureBodySize(Outcome outcome, boolean ran, String text, int detailsSize) {
        return WireOutput.numberSize(OutcomeNumbers.of(outcome))
                + WireOutput.textSize(text)
                + WireOutput.bytesSize(detailsSize)
                + WireOutput.flagSize(ran);
    }

    private static int itemBodySize(int payloadSize, boolean last) {
        return WireOutput.bytesSize(payloadSize) + WireOutput.flagSize(last);
    }

    private static int messageSize(long callId, int bodySize) {
        return WireOutput.delimitedSize(contentSize(callId, bodySize));
    }

    private static int contentSize(long callId, int bodySize) {
        return WireOutput.TAG_SIZE + WireOutput.varintSize(callId) + WireOutput.delimitedSize(bodySize);
    }

    private static void beginMessage(ByteBuf out, long callId, int bodyTag, int bodySize) {
        WireOutput.putDelimiter(out, CallFields.CALLS_MESSAGES, contentSize(callId, bodySize));
        out.writeByte(CallFields.MESSAGE_CALL_ID);
        WireOutput.putVarint(out, callId);
        WireOutput.putDelimiter(out, bodyTag, bodySize);
    }
}
