package dev.sallyport.transport.dispatch;

import dev.sallyport.proto.WireSpec;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The bounds of call metadata: as many entries as a receiver takes, and no more bytes than one frame leaves beside the body. */
final class Metadata {

    static final String TOO_MANY =
            "metadata is above " + WireSpec.MAX_METADATA_ENTRIES + " entries: put more into the payload";
    static final String TOO_LARGE = "the request with its metadata is above max_payload_bytes";

    private static final long LONGEST_ID = Long.MAX_VALUE;
    private static final long LONGEST_TIMEOUT_MILLIS = 0xFFFF_FFFFL;

    private Metadata() {}

    /**
     * Why a request cannot carry {@code metadata}.
     *
     * @param payloadSize at most {@code maxPayload} - 1024, so that without metadata every request fits
     * @return what the caller is told, or null when it can
     */
    static @Nullable String refusal(String method, Map<String, String> metadata, int payloadSize, int maxPayload) {
        if (metadata.isEmpty()) {
            return null;
        }
        if (metadata.size() > WireSpec.MAX_METADATA_ENTRIES) {
            return TOO_MANY;
        }
        RequestHead head = RequestHead.unary(method, LONGEST_TIMEOUT_MILLIS, metadata);
        return CallsWriter.requestSize(LONGEST_ID, head, payloadSize) > maxPayload ? TOO_LARGE : null;
    }
}
