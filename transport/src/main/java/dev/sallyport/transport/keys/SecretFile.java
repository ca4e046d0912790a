package dev.sallyport.transport.keys;

import dev.sallyport.proto.WireSpec;
import dev.sallyport.transport.RejectReason;
import dev.sallyport.transport.RejectedException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * A static secret in text form: 32 to 64 bytes in hex or base64, on one line; white space around it is ignored. Text of hex
 * digits only is hex, and of odd length an error; any other text is base64 of the standard alphabet, with or without its
 * padding. No error says anything of the text.
 */
public final class SecretFile {

    /** Far above 64 bytes in hex with white space around them. */
    private static final int FILE_MAX_BYTES = 1024;

    private SecretFile() {}

    /**
     * Reads a file that this user owns, of mode 0600 or stricter.
     *
     * @return the secret, the caller's to close
     * @throws RejectedException {@link RejectReason#E_CONFIG_SECRET}
     */
    public static Secret read(Path file) {
        byte[] text = new byte[FILE_MAX_BYTES];
        try (InputStream input = OwnerOnly.open(file, RejectReason.E_CONFIG_SECRET)) {
            int length = input.readNBytes(text, 0, text.length);
            return decode(text, length, "the file " + file.toAbsolutePath());
        } catch (IOException e) {
            throw new RejectedException(RejectReason.E_CONFIG_SECRET, "cannot read " + file.toAbsolutePath(), e);
        } finally {
            Arrays.fill(text, (byte) 0);
        }
    }

    /**
     * Decodes a secret that stands in a configuration, for local development.
     *
     * @param text stays the caller's; a string cannot be wiped
     * @return the secret, the caller's to close
     * @throws RejectedException {@link RejectReason#E_CONFIG_SECRET}
     */
    public static Secret decode(CharSequence text) {
        byte[] ascii = new byte[text.length()];
        try {
            for (int i = 0; i < ascii.length; i++) {
                char c = text.charAt(i);
                ascii[i] = c < 0x80 ? (byte) c : 0;
            }
            return decode(ascii, ascii.length, "the configured secret");
        } finally {
            Arrays.fill(ascii, (byte) 0);
        }
    }

    /** A secret handed over by the embedding program, whose array is wiped here. */
    static Secret takeOver(byte[] given) {
        try {
            return requireLength(given.clone(), "the secret handed over");
        } finally {
            Arrays.fill(given, (byte) 0);
        }
    }

    private static Secret decode(byte[] text, int length, String source) {
        int start = 0;
        int end = length;
        while (start < end && isSpace(text[start])) {
            start++;
        }
        while (end > start && isSpace(text[end - 1])) {
            end--;
        }
        byte[] trimmed = Arrays.copyOfRange(text, start, end);
        try {
            byte[] decoded = isHex(trimmed) ? decodeHex(trimmed) : decodeBase64(trimmed);
            return requireLength(decoded == null ? new byte[0] : decoded, source);
        } finally {
            Arrays.fill(trimmed, (byte) 0);
        }
    }

    private static Secret requireLength(byte[] decoded, String source) {
        if (decoded.length < WireSpec.MASTER_SECRET_MIN_BYTES || decoded.length > WireSpec.MASTER_SECRET_MAX_BYTES) {
            Arrays.fill(decoded, (byte) 0);
            throw new RejectedException(
                    RejectReason.E_CONFIG_SECRET,
                    source + " must hold " + WireSpec.MASTER_SECRET_MIN_BYTES + " to "
                            + WireSpec.MASTER_SECRET_MAX_BYTES + " bytes, in text as hex or base64 on one line");
        }
        return Secret.adopt(decoded);
    }

    private static boolean isSpace(byte c) {
        return c == ' ' || c == '\t' || c == '\r' || c == '\n';
    }

    private static boolean isHex(byte[] text) {
        for (byte c : text) {
            if (Character.digit(c, 16) < 0) {
                return false;
            }
        }
        return true;
    }

    private static byte @Nullable [] decodeHex(byte[] text) {
        if (text.length % 2 != 0) {
            return null;
        }
        byte[] decoded = new byte[text.length / 2];
        for (int i = 0; i < decoded.length; i++) {
            decoded[i] = (byte) (Character.digit(text[2 * i], 16) << 4 | Character.digit(text[2 * i + 1], 16));
        }
        return decoded;
    }

    private static byte @Nullable [] decodeBase64(byte[] text) {
        try {
            return Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            // not kept as a cause: it quotes a character of the text
            return null;
        }
    }
}
