package dev.sallyport.transport.dispatch;

import dev.sallyport.proto.WireSpec;
import dev.sallyport.transport.MethodDescriptor;
import dev.sallyport.transport.dispatch.CallMessage.Body;
import dev.sallyport.transport.frame.ProtocolViolation;
import io.netty.buffer.ByteBuf;
import java.util.Arrays;

/**
 * Reads a whole CALLS payload and judges all of it before anything acts on any of its messages. One for each session,
 * used by its event loop alone. It agrees with the generated protobuf classes, which tests compare it with, but builds no
 * objects: metadata and names not seen lately are all that it allocates (docs/adr/0015).
 */
final class CallsReader {

    private final WireCursor in = new WireCursor();
    private final MethodNames names = new MethodNames();
    private final long requestIdBit;

    /** Grows to what one frame carried at most; never above the limit of a frame. */
    private CallMessage[] messages = newMessages(4);

    private int count;

    /** Takes what is beyond the limit of a frame, which is still judged for its form. */
    private final CallMessage surplus = new CallMessage();

    private CallsReader(long requestIdBit) {
        this.requestIdBit = requestIdBit;
    }

    /** Reads what a supervisor sends: the calls it makes have odd ids. */
    static CallsReader ofSupervisor() {
        return new CallsReader(1);
    }

    /** Reads what a worker sends: the calls it makes have even ids. */
    static CallsReader ofWorker() {
        return new CallsReader(0);
    }

    /**
     * Reads {@code length} bytes from the absolute index {@code offset}, whatever the reader index. Takes no reference
     * count: the buffer must live for as long as the messages are used.
     *
     * @throws ProtocolViolation with E_PROTO when any byte is not of the message's form, else with E_SEMANTIC when any
     *     message makes no sense; there are no messages then
     */
    void read(ByteBuf frame, int offset, int length) throws ProtocolViolation {
        count = 0;
        in.reset(frame, offset, length);
        int seen = 0;
        while (in.hasMore()) {
            if (in.varint32() != CallFields.CALLS_MESSAGES) {
                throw WireCursor.unknownField();
            }
            readMessage(seen < WireSpec.MAX_MESSAGES_PER_FRAME ? at(seen) : surplus);
            seen++;
        }
        CallRules.require(seen <= WireSpec.MAX_MESSAGES_PER_FRAME, "too many messages");
        for (int i = 0; i < seen; i++) {
            CallRules.check(messages[i], requestIdBit);
        }
        count = seen;
    }

    /** How many messages the last payload had: 0 to 256. */
    int count() {
        return count;
    }

    /** The message at {@code index}, 0 to {@link #count()} - 1, in the order sent. */
    CallMessage message(int index) {
        if (index >= count) {
            throw new IndexOutOfBoundsException(index);
        }
        return messages[index];
    }

    private CallMessage at(int index) {
        if (index == messages.length) {
            CallMessage[] more = newMessages(2 * index);
            System.arraycopy(messages, 0, more, 0, index);
            messages = more;
        }
        return messages[index];
    }

    private static CallMessage[] newMessages(int size) {
        CallMessage[] messages = new CallMessage[size];
        Arrays.setAll(messages, i -> new CallMessage());
        return messages;
    }

    private void readMessage(CallMessage m) throws ProtocolViolation {
        m.reset(in.buffer());
        int outer = in.enter();
        while (in.hasMore()) {
            switch (in.varint32()) {
                case CallFields.MESSAGE_CALL_ID -> m.callId = in.varint();
                case CallFields.MESSAGE_REQUEST -> readRequest(m);
                case CallFields.MESSAGE_RESPONSE -> readResponse(m);
                case CallFields.MESSAGE_CANCEL -> readCancel(m);
                case CallFields.MESSAGE_ITEM -> readItem(m);
                case CallFields.MESSAGE_CREDIT -> readCredit(m);
                default -> throw WireCursor.unknownField();
            }
        }
        in.leave(outer);
    }

    /** A member of the body seen again is merged into itself; another member takes its place. */
    private int enterBody(CallMessage m, Body member) throws ProtocolViolation {
        if (m.body != member) {
            m.become(member);
        }
        return in.enter();
    }

    private void readRequest(CallMessage m) throws ProtocolViolation {
        int outer = enterBody(m, Body.REQUEST);
        while (in.hasMore()) {
            switch (in.varint32()) {
                case CallFields.REQUEST_METHOD -> readMethod(m);
                case CallFields.REQUEST_TIMEOUT -> m.timeoutMillis = in.uint32();
                case CallFields.REQUEST_ONE_WAY -> m.oneWay = in.bool();
                case CallFields.REQUEST_REQUEST_STREAM -> m.requestStream = in.bool();
                case CallFields.REQUEST_RESPONSE_STREAM -> m.responseStream = in.bool();
                case CallFields.REQUEST_INITIAL_CREDIT -> m.initialCredit = in.uint32();
                case CallFields.REQUEST_METADATA -> readMetadataEntry(m);
                case CallFields.REQUEST_PAYLOAD -> readPayload(m);
                default -> throw WireCursor.unknownField();
            }
        }
        in.leave(outer);
    }

    private void readResponse(CallMessage m) throws ProtocolViolation {
        int outer = enterBody(m, Body.RESPONSE);
        while (in.hasMore()) {
            switch (in.varint32()) {
                case CallFields.RESPONSE_OUTCOME -> m.outcomeNumber = in.varint32();
                case CallFields.RESPONSE_PAYLOAD -> readPayload(m);
                case CallFields.RESPONSE_ERROR -> readText(m);
                case CallFields.RESPONSE_DETAILS -> {
                    m.detailsLength = in.bytes();
                    m.detailsOffset = in.position() - m.detailsLength;
                }
                case CallFields.RESPONSE_METADATA -> readMetadataEntry(m);
                case CallFields.RESPONSE_RAN -> m.ran = in.bool();
                default -> throw WireCursor.unknownField();
            }
        }
        in.leave(outer);
    }

    private void readCancel(CallMessage m) throws ProtocolViolation {
        int outer = enterBody(m, Body.CANCEL);
        while (in.hasMore()) {
            if (in.varint32() != CallFields.CANCEL_REASON) {
                throw WireCursor.unknownField();
            }
            readText(m);
        }
        in.leave(outer);
    }

    private void readItem(CallMessage m) throws ProtocolViolation {
        int outer = enterBody(m, Body.ITEM);
        while (in.hasMore()) {
            switch (in.varint32()) {
                case CallFields.ITEM_PAYLOAD -> readPayload(m);
                case CallFields.ITEM_LAST -> m.last = in.bool();
                default -> throw WireCursor.unknownField();
            }
        }
        in.leave(outer);
    }

    private void readCredit(CallMessage m) throws ProtocolViolation {
        int outer = enterBody(m, Body.CREDIT);
        while (in.hasMore()) {
            if (in.varint32() != CallFields.CREDIT_ITEMS) {
                throw WireCursor.unknownField();
            }
            m.creditItems = in.uint32();
        }
        in.leave(outer);
    }

    private void readMethod(CallMessage m) throws ProtocolViolation {
        int length = in.bytes();
        int offset = in.position() - length;
        String method = names.find(in.buffer(), offset, length);
        if (method == null) {
            in.requireUtf8(length);
            // one too long is a name of no method, and not worth its bytes
            method = length > MethodDescriptor.NAME_MAX_BYTES ? "" : names.decode(in.buffer(), offset, length);
        }
        m.method = method;
        m.methodLength = length;
    }

    private void readPayload(CallMessage m) throws ProtocolViolation {
        m.payloadLength = in.bytes();
        m.payloadOffset = in.position() - m.payloadLength;
    }

    private void readText(CallMessage m) throws ProtocolViolation {
        m.textLength = in.text();
        m.textOffset = in.position() - m.textLength;
    }

    private void readMetadataEntry(CallMessage m) throws ProtocolViolation {
        int outer = in.enter();
        String key = "";
        String value = "";
        while (in.hasMore()) {
            switch (in.varint32()) {
                case CallFields.ENTRY_KEY -> key = in.decode(in.text());
                case CallFields.ENTRY_VALUE -> value = in.decode(in.text());
                default -> throw WireCursor.unknownField();
            }
        }
        in.leave(outer);
        m.putMetadata(key, value);
    }
}
