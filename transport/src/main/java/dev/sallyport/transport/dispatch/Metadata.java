package dev.sallyport.transport.dispatch;

import java.util.Map;

/** The bounds of call metadata. */
final class Metadata {

    /** Names and values together, in characters of at most three bytes: with its framing it fits beside the largest body. */
    private static final int MAX_CHARS = 200;

    private static final int MAX_ENTRIES = 16;

    /** What a caller is told. */
    static final String LIMIT =
            "metadata is above " + MAX_ENTRIES + " entries or " + MAX_CHARS + " characters: put more into the payload";

    private Metadata() {}

    static boolean fits(Map<String, String> metadata) {
        if (metadata.isEmpty()) {
            return true;
        }
        int chars = 0;
        for (Map.Entry<String, String> entry : metadata.entrySet()) {
            chars += entry.getKey().length() + entry.getValue().length();
        }
        return metadata.size() <= MAX_ENTRIES && chars <= MAX_CHARS;
    }
}
