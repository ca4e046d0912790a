package dev.sallyport.transport.keys;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/** Secret bytes in every form in which they might leak: raw, hex, base64 and a list of decimals. */
public final class Canary {

    /** A part of this many bytes is a leak as well. */
    private static final int PART_BYTES = 12;

    /** Every form is at least this long. */
    private static final int WINDOW = PART_BYTES;

    private static final int BASE = 31;
    private static final int BASE_TO_THE_WINDOW = power();

    /** By the hash of their first {@link #WINDOW} characters, so that a text is read once however many secrets there are. */
    private final Map<Integer, List<String>> forms = new HashMap<>();

    private Canary(byte[]... secrets) {
        for (byte[] secret : secrets) {
            for (int at = 0; at + PART_BYTES <= secret.length; at += PART_BYTES) {
                byte[] part = Arrays.copyOfRange(secret, at, at + PART_BYTES);
                add(new String(part, ISO_8859_1));
                add(HexFormat.of().formatHex(part));
                add(HexFormat.of().withUpperCase().formatHex(part));
                add(Base64.getEncoder().encodeToString(part));
                add(Base64.getUrlEncoder().encodeToString(part));
                String decimals = Arrays.toString(part);
                add(decimals.substring(1, decimals.length() - 1));
                add(decimals.substring(1, decimals.length() - 1).replace(" ", ""));
            }
        }
    }

    private static int power() {
        int power = 1;
        for (int i = 0; i < WINDOW; i++) {
            power *= BASE;
        }
        return power;
    }

    private void add(String form) {
        forms.computeIfAbsent(form.substring(0, WINDOW).hashCode(), hash -> new ArrayList<>())
                .add(form);
    }

    /** Whether the text holds any form: the hash of a window that moves over it finds those that may begin there. */
    private boolean isIn(String text) {
        int hash = 0;
        for (int end = 0; end < text.length(); end++) {
            hash = BASE * hash + text.charAt(end);
            int start = end - WINDOW + 1;
            if (start > 0) {
                hash -= BASE_TO_THE_WINDOW * text.charAt(start - 1);
            }
            if (start >= 0 && begins(text, start, hash)) {
                return true;
            }
        }
        return false;
    }

    private boolean begins(String text, int start, int hash) {
        for (String form : forms.getOrDefault(hash, List.of())) {
            if (text.startsWith(form, start)) {
                return true;
            }
        }
        return false;
    }

    /** The parts of {@code secrets} from each 12th byte on; base64 is found because 12 bytes are whole groups of it. */
    public static Canary of(byte[]... secrets) {
        return new Canary(secrets);
    }

    /** Fails when the text holds any of them. */
    public void assertAbsentFrom(String text) {
        assertThat(isIn(text)).as("a secret in a text").isFalse();
    }

    /** Fails when the message, or the trace of causes and suppressed exceptions, holds any of them. */
    public void assertAbsentFrom(Throwable thrown) {
        StringWriter text = new StringWriter();
        thrown.printStackTrace(new PrintWriter(text, true));
        assertAbsentFrom(text.toString());
    }
}
