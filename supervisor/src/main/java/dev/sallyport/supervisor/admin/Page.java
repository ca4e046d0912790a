package dev.sallyport.supervisor.admin;

import com.google.protobuf.Message;

/** How much one reply still takes: answers are cut into as many as {@code max_payload_bytes} asks for. */
final class Page {

    /** The tag and length of a repeated field. */
    private static final int ROW_OVERHEAD = 6;

    /** Left for the fields around the rows. */
    private static final int HEAD = 512;

    /** The longest text of one row: with it, a row fits the smallest reply. */
    private static final int TEXT_MAX_CHARS = 500;

    private int left;
    private boolean empty = true;

    Page(int maxBodyBytes) {
        this.left = maxBodyBytes - HEAD;
    }

    /** Whether this row goes into the reply; the first one always does. */
    boolean takes(Message row) {
        int size = row.getSerializedSize() + ROW_OVERHEAD;
        if (!empty && size > left) {
            return false;
        }
        empty = false;
        left -= size;
        return true;
    }

    /** At most so much of a text that a row with it fits, with a sign that there was more. */
    static String text(String text, int maxBodyBytes) {
        int max = Math.max(TEXT_MAX_CHARS, (maxBodyBytes - 2 * HEAD) / 3);
        return text.length() <= max ? text : text.substring(0, max) + "...";
    }
}
