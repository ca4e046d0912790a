package dev.sallyport.supervisor.process;

import java.util.HexFormat;

/** Text that somebody else chose, made fit for a log and a terminal: control characters escaped, length bounded. */
public final class Printable {

    private static final int MAX_CHARS = 500;

    private static final HexFormat HEX = HexFormat.of();

    private Printable() {}

    /** At most 500 characters of {@code text}, with every control and format character as {@code \}{@code uXXXX}. */
    public static String text(String text) {
        int end = Math.min(text.length(), MAX_CHARS);
        String escaped = whole(text.substring(0, end));
        return end < text.length() ? escaped + "..." : escaped;
    }

    /** The same of all of {@code text}, which somebody configured who may be trusted with its length. */
    public static String whole(String text) {
        StringBuilder out = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i += Character.charCount(text.codePointAt(i))) {
            int c = text.codePointAt(i);
            if (c == '\t') {
                out.append(' ');
            } else if (isUnsafe(c)) {
                escape(c, out);
            } else {
                out.appendCodePoint(c);
            }
        }
        return out.toString();
    }

    private static void escape(int codePoint, StringBuilder out) {
        for (char c : Character.toChars(codePoint)) {
            out.append("\\u").append(HEX.toHexDigits(c));
        }
    }

    /** Control characters, the format characters that could reorder or hide what a terminal shows, and halves of pairs. */
    private static boolean isUnsafe(int c) {
        int type = Character.getType(c);
        return type == Character.CONTROL
                || type == Character.FORMAT
                || type == Character.LINE_SEPARATOR
                || type == Character.PARAGRAPH_SEPARATOR
                || type == Character.SURROGATE
                || type == Character.UNASSIGNED;
    }
}
