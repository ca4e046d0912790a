package dev.sallyport.transport.dispatch;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Bytes in the protobuf wire format, also such as no library would put. */
final class Wire {

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    static Wire of() {
        return new Wire();
    }

    Wire raw(int... octets) {
        for (int octet : octets) {
            bytes.write(octet);
        }
        return this;
    }

    Wire raw(byte[] octets) {
        bytes.writeBytes(octets);
        return this;
    }

    Wire tag(int number, int wireType) {
        return varint((long) number << 3 | wireType);
    }

    Wire varint(long value) {
        return varint(value, 1);
    }

    /** A varint of at least {@code size} bytes, overlong when need be. */
    Wire varint(long value, int size) {
        long rest = value;
        for (int i = 1; i < size || (rest & ~0x7FL) != 0; i++) {
            bytes.write((int) ((rest & 0x7F) | 0x80));
            rest >>>= 7;
        }
        bytes.write((int) rest);
        return this;
    }

    Wire number(int field, long value) {
        return tag(field, 0).varint(value);
    }

    Wire bytes(int field, byte[] value) {
        return tag(field, 2).varint(value.length).raw(value);
    }

    Wire text(int field, String value) {
        return bytes(field, value.getBytes(StandardCharsets.UTF_8));
    }

    Wire message(int field, Wire content) {
        return bytes(field, content.toBytes());
    }

    byte[] toBytes() {
        return bytes.toByteArray();
    }
}
