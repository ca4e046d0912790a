package dev.sallyport.transport.session;

import dev.sallyport.proto.WireSpec;

/** The free texts of messages (reason, detail, error): at most {@link WireSpec#TEXT_MAX_BYTES} bytes of UTF-8. */
public final class WireText {

    private WireText() {}

    /** The text, or as many of its first characters as a message may carry. */
    public static String cut(String text) {
        int bytes = 0;
        int index = 0;
        while (index < text.length()) {
            int codePoint = text.codePointAt(index);
            bytes += utf8Size(codePoint);
            if (bytes > WireSpec.TEXT_MAX_BYTES) {
                return text.substring(0, index);
            }
            index += Character.charCount(codePoint);
        }
        return text;
    }

    private static int utf8Size(int codePoint) {
        if (codePoint < 0x80) {
            return 1;
        }
        if (codePoint < 0x800) {
            return 2;
        }
        return codePoint < 0x10000 ? 3 : 4;
    }
}
