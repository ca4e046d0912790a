package dev.sallyport.transport.keys;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;

/** Secret bytes in every form in which they might leak: raw, hex, base64 and a list of decimals. */
public final class Canary {

    /** A part of this many bytes is a leak as well. */
    private static final int PART_BYTES = 12;

    private final List<String> forms = new ArrayList<>();

    private Canary(byte[]... secrets) {
        for (byte[] secret : secrets) {
            for (int at = 0; at + PART_BYTES <= secret.length; at += PART_BYTES) {
                byte[] part = Arrays.copyOfRange(secret, at, at + PART_BYTES);
                forms.add(new String(part, ISO_8859_1));
                forms.add(HexFormat.of().formatHex(part));
                forms.add(HexFormat.of().withUpperCase().formatHex(part));
                forms.add(Base64.getEncoder().encodeToString(part));
                forms.add(Base64.getUrlEncoder().encodeToString(part));
                String decimals = Arrays.toString(part);
                forms.add(decimals.substring(1, decimals.length() - 1));
                forms.add(decimals.substring(1, decimals.length() - 1).replace(" ", ""));
            }
        }
    }

    /** The parts of {@code secrets} from each 12th byte on; base64 is found because 12 bytes are whole groups of it. */
    public static Canary of(byte[]... secrets) {
        return new Canary(secrets);
    }

    /** Fails when the text holds any of them. */
    public void assertAbsentFrom(String text) {
        for (String form : forms) {
            assertThat(text.contains(form)).as("a secret in a text").isFalse();
        }
    }

    /** Fails when the message, or the trace of causes and suppressed exceptions, holds any of them. */
    public void assertAbsentFrom(Throwable thrown) {
        StringWriter text = new StringWriter();
        thrown.printStackTrace(new PrintWriter(text, true));
        assertAbsentFrom(text.toString());
    }
}
