package dev.sallyport.supervisor.process;

/** Text that somebody else chose, made fit for a log and a terminal: control characters escaped, length bounded. */
public final class Printable {

    private static final int MAX_CHARS = 500;

    private Printable() {}

    /** At most 500 characters of {@code text}, with every control and format character as {@code \}{@code uXXXX}. */
    public static String text(String text) {
        int end = Math.min(text.length(), MAX_CHARS);
        StringBuilder out = new StringBuilder(end);
        for (int i = 0; i < end; i++) {
            char c = text.charAt(i);
            if (c == '\t') {
                out.append(' ');
            } else if (isUnsafe(c)) {
                out.append(String.format("\\u%04x", (int) c));
            } else {
                out.append(c);
            }
        }
        return end < text.length() ? out.append("...").toString() : out.toString();
    }

    /** Control characters, and the format characters that could reorder what a terminal shows. */
    private static boolean isUnsafe(char c) {
        int type = Character.getType(c);
        return type == Character.CONTROL
                || type == Character.FORMAT
                || type == Character.LINE_SEPARATOR
                || type == Character.PARAGRAPH_SEPARATOR
                || type == Character.UNASSIGNED;
    }
}
