package dev.sallyport.transport.dispatch;

import dev.sallyport.proto.WireSpec;
import dev.sallyport.transport.Outcome;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.util.CharsetUtil;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One message of a CALLS payload: a view that its {@link CallsReader} fills and reuses. What an accessor gives is valid
 * until the reader's next {@code read}, and only while the frame's buffer is alive; strings and {@link #metadata()} may be
 * kept. Payload and details are ranges of that buffer, given as absolute indices.
 *
 * <p>An accessor of a field that the message does not have gives the field's default.
 */
final class CallMessage {

    /** Which member of the {@code body} is set. */
    enum Body {
        NONE,
        REQUEST,
        RESPONSE,
        CANCEL,
        ITEM,
        CREDIT
    }

    private ByteBuf buffer = Unpooled.EMPTY_BUFFER;

    // filled by CallsReader alone

    long callId;
    Body body = Body.NONE;

    String method = "";
    int methodLength;
    long timeoutMillis;
    boolean oneWay;
    boolean requestStream;
    boolean responseStream;
    long initialCredit;

    @Nullable
    Map<String, String> metadata;

    boolean metadataOverflow;
    int payloadOffset;
    int payloadLength;
    int outcomeNumber;
    boolean ran;
    int textOffset;
    int textLength;
    int detailsOffset;
    int detailsLength;
    boolean last;
    long creditItems;

    /** Chosen by the caller; 64 bits, not 0. */
    long callId() {
        return callId;
    }

    Body body() {
        return body;
    }

    /** REQUEST: 1 to 128 bytes of UTF-8. */
    String method() {
        return method;
    }

    /** REQUEST: 0 to 2^32 - 1; above 0 unless one-way. */
    long timeoutMillis() {
        return timeoutMillis;
    }

    /** REQUEST: no response is wanted. */
    boolean oneWay() {
        return oneWay;
    }

    /** REQUEST: items of the caller follow. */
    boolean requestStream() {
        return requestStream;
    }

    /** REQUEST: the answer is a stream of items. */
    boolean responseStream() {
        return responseStream;
    }

    /** REQUEST: items that the caller accepts at once, 0 to 2^32 - 1. */
    long initialCredit() {
        return initialCredit;
    }

    /** REQUEST, RESPONSE: unmodifiable, in the order sent. */
    Map<String, String> metadata() {
        return metadata == null ? Map.of() : Collections.unmodifiableMap(metadata);
    }

    /** REQUEST, RESPONSE, ITEM: absolute index in the frame's buffer. */
    int payloadOffset() {
        return payloadOffset;
    }

    /** REQUEST, RESPONSE, ITEM: bytes. */
    int payloadLength() {
        return payloadLength;
    }

    /** RESPONSE, and no other. */
    Outcome outcome() {
        Outcome outcome = OutcomeNumbers.byNumber(outcomeNumber);
        if (outcome == null) {
            throw new IllegalStateException("not a response");
        }
        return outcome;
    }

    /** RESPONSE: whether the request may have reached user code. */
    boolean ran() {
        return ran;
    }

    /** RESPONSE: at most 256 bytes of UTF-8, chosen by the peer. Decoded by each call. */
    String error() {
        return body == Body.RESPONSE ? text() : "";
    }

    /** RESPONSE: absolute index in the frame's buffer. */
    int detailsOffset() {
        return detailsOffset;
    }

    /** RESPONSE: bytes. */
    int detailsLength() {
        return detailsLength;
    }

    /** CANCEL: at most 256 bytes of UTF-8, chosen by the peer. Decoded by each call. */
    String reason() {
        return body == Body.CANCEL ? text() : "";
    }

    /** ITEM: no item follows in this direction. */
    boolean last() {
        return last;
    }

    /** CREDIT: further items that the sender of this accepts, 1 to 2^32 - 1. */
    long creditItems() {
        return creditItems;
    }

    private String text() {
        return textLength == 0 ? "" : buffer.toString(textOffset, textLength, CharsetUtil.UTF_8);
    }

    /** Forgets everything. */
    void reset(ByteBuf frame) {
        buffer = frame;
        callId = 0;
        become(Body.NONE);
    }

    /** A key seen again takes the later value. Beyond the limit nothing is kept, and the message is refused. */
    void putMetadata(String key, String value) {
        if (metadata == null) {
            metadata = new LinkedHashMap<>();
        }
        if (metadata.size() < WireSpec.MAX_METADATA_ENTRIES || metadata.containsKey(key)) {
            metadata.put(key, value);
        } else {
            metadataOverflow = true;
        }
    }

    /** Sets the member of the body, all of whose fields are at their defaults. */
    void become(Body member) {
        body = member;
        method = "";
        methodLength = 0;
        timeoutMillis = 0;
        oneWay = false;
        requestStream = false;
        responseStream = false;
        initialCredit = 0;
        metadata = null;
        metadataOverflow = false;
        payloadOffset = 0;
        payloadLength = 0;
        outcomeNumber = 0;
        ran = false;
        textOffset = 0;
        textLength = 0;
        detailsOffset = 0;
        detailsLength = 0;
        last = false;
        creditItems = 0;
    }
}
