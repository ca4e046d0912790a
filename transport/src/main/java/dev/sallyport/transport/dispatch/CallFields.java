package dev.sallyport.transport.dispatch;

import dev.sallyport.proto.v1.Calls;
import dev.sallyport.proto.v1.Cancel;
import dev.sallyport.proto.v1.Credit;
import dev.sallyport.proto.v1.Item;
import dev.sallyport.proto.v1.Message;
import dev.sallyport.proto.v1.Request;
import dev.sallyport.proto.v1.Response;

/** The tags of the CALLS payload. The numbers come from the generated classes and are compiled in as constants. */
final class CallFields {

    static final int CALLS_MESSAGES = Calls.MESSAGES_FIELD_NUMBER << 3 | WireCursor.LENGTH_DELIMITED;

    static final int MESSAGE_CALL_ID = Message.CALL_ID_FIELD_NUMBER << 3 | WireCursor.VARINT;
    static final int MESSAGE_REQUEST = Message.REQUEST_FIELD_NUMBER << 3 | WireCursor.LENGTH_DELIMITED;
    static final int MESSAGE_RESPONSE = Message.RESPONSE_FIELD_NUMBER << 3 | WireCursor.LENGTH_DELIMITED;
    static final int MESSAGE_CANCEL = Message.CANCEL_FIELD_NUMBER << 3 | WireCursor.LENGTH_DELIMITED;
    static final int MESSAGE_ITEM = Message.ITEM_FIELD_NUMBER << 3 | WireCursor.LENGTH_DELIMITED;
    static final int MESSAGE_CREDIT = Message.CREDIT_FIELD_NUMBER << 3 | WireCursor.LENGTH_DELIMITED;

    static final int REQUEST_METHOD = Request.METHOD_FIELD_NUMBER << 3 | WireCursor.LENGTH_DELIMITED;
    static final int REQUEST_TIMEOUT = Request.TIMEOUT_MS_FIELD_NUMBER << 3 | WireCursor.VARINT;
    static final int REQUEST_ONE_WAY = Request.ONE_WAY_FIELD_NUMBER << 3 | WireCursor.VARINT;
    static final int REQUEST_REQUEST_STREAM = Request.REQUEST_STREAM_FIELD_NUMBER << 3 | WireCursor.VARINT;
    static final int REQUEST_RESPONSE_STREAM = Request.RESPONSE_STREAM_FIELD_NUMBER << 3 | WireCursor.VARINT;
    static final int REQUEST_INITIAL_CREDIT = Request.INITIAL_CREDIT_FIELD_NUMBER << 3 | WireCursor.VARINT;
    static final int REQUEST_METADATA = Request.METADATA_FIELD_NUMBER << 3 | WireCursor.LENGTH_DELIMITED;
    static final int REQUEST_PAYLOAD = Request.PAYLOAD_FIELD_NUMBER << 3 | WireCursor.LENGTH_DELIMITED;

    static final int RESPONSE_OUTCOME = Response.OUTCOME_FIELD_NUMBER << 3 | WireCursor.VARINT;
    static final int RESPONSE_PAYLOAD = Response.PAYLOAD_FIELD_NUMBER << 3 | WireCursor.LENGTH_DELIMITED;
    static final int RESPONSE_ERROR = Response.ERROR_FIELD_NUMBER << 3 | WireCursor.LENGTH_DELIMITED;
    static final int RESPONSE_DETAILS = Response.DETAILS_FIELD_NUMBER << 3 | WireCursor.LENGTH_DELIMITED;
    static final int RESPONSE_METADATA = Response.METADATA_FIELD_NUMBER << 3 | WireCursor.LENGTH_DELIMITED;
    static final int RESPONSE_RAN = Response.RAN_FIELD_NUMBER << 3 | WireCursor.VARINT;

    static final int CANCEL_REASON = Cancel.REASON_FIELD_NUMBER << 3 | WireCursor.LENGTH_DELIMITED;

    static final int ITEM_PAYLOAD = Item.PAYLOAD_FIELD_NUMBER << 3 | WireCursor.LENGTH_DELIMITED;
    static final int ITEM_LAST = Item.LAST_FIELD_NUMBER << 3 | WireCursor.VARINT;

    static final int CREDIT_ITEMS = Credit.ITEMS_FIELD_NUMBER << 3 | WireCursor.VARINT;

    /** A protobuf map travels as messages with these two fields. */
    static final int ENTRY_KEY = 1 << 3 | WireCursor.LENGTH_DELIMITED;

    static final int ENTRY_VALUE = 2 << 3 | WireCursor.LENGTH_DELIMITED;

    private CallFields() {}
}
