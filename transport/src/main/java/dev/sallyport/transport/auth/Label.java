package dev.sallyport.transport.auth;

import java.nio.charset.StandardCharsets;

/** The eight bytes in front of everything that is tagged, so that no handshake tag is ever a session tag. */
public enum Label {
    HANDSHAKE("SWP1hs\0\0"),
    FRAME("SWP1fr\0\0");

    private final String text;

    Label(String text) {
        this.text = text;
    }

    byte[] bytes() {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
