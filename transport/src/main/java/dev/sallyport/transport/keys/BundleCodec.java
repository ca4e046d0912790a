package dev.sallyport.transport.keys;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.UnsafeByteOperations;
import dev.sallyport.proto.WireSpec;
import dev.sallyport.proto.v1.Bundle;
import dev.sallyport.transport.RejectReason;
import dev.sallyport.transport.RejectedException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The bundle (protocol.md, section 9): {@code "SWPB" ‖ u8 version ‖ u32 length ‖ Bundle ‖ SHA-256(all before)}, at most 32
 * KiB in all. What goes through a worker's stdin and what stands in a credential file.
 *
 * <p>No error carries bytes of a bundle. Key bytes stand only in the array of the whole bundle, which is wiped here after
 * reading and is the caller's to wipe after writing, and in {@link Secret}s: the protobuf message in between borrows the
 * arrays of the one or the other.
 */
public final class BundleCodec {

    private static final byte[] MAGIC = {'S', 'W', 'P', 'B', WireSpec.BUNDLE_VERSION};
    private static final int HEADER_BYTES = MAGIC.length + Integer.BYTES;
    private static final int DIGEST_BYTES = 32;
    private static final int MESSAGE_MAX_BYTES = WireSpec.BUNDLE_MAX_BYTES - HEADER_BYTES - DIGEST_BYTES;

    /** Tags of length-delimited fields. */
    private static final int SELECTORS_TAG = Bundle.SELECTORS_FIELD_NUMBER << 3 | 2;

    private static final int ENTRY_KEY_TAG = 1 << 3 | 2;
    private static final int ENTRY_VALUE_TAG = 2 << 3 | 2;

    private BundleCodec() {}

    /**
     * The whole bundle, which the caller wipes.
     *
     * @throws RejectedException {@link RejectReason#E_BUNDLE_LEN} when the metadata does not fit
     * @throws IllegalStateException when the credential is closed
     */
    public static byte[] encode(IssuedCredential credential) {
        return credential
                .baseW2s()
                .use(w2s -> credential
                        .baseS2w()
                        .use(s2w -> frame(BundleFields.toMessage(
                                credential,
                                UnsafeByteOperations.unsafeWrap(w2s),
                                UnsafeByteOperations.unsafeWrap(s2w)))));
    }

    private static byte[] frame(Bundle message) {
        int length = message.getSerializedSize();
        if (length > MESSAGE_MAX_BYTES) {
            throw new RejectedException(
                    RejectReason.E_BUNDLE_LEN,
                    "a bundle has at most " + WireSpec.BUNDLE_MAX_BYTES + " bytes: shorten its metadata by "
                            + (length - MESSAGE_MAX_BYTES));
        }
        byte[] whole = new byte[HEADER_BYTES + length + DIGEST_BYTES];
        ByteBuffer.wrap(whole).put(MAGIC).putInt(length);
        CodedOutputStream output = CodedOutputStream.newInstance(whole, HEADER_BYTES, length);
        try {
            message.writeTo(output);
            output.checkNoSpaceLeft();
        } catch (IOException e) {
            throw new UncheckedIOException("an array does not fail", e);
        }
        byte[] digest = digest(whole, HEADER_BYTES + length);
        System.arraycopy(digest, 0, whole, HEADER_BYTES + length, DIGEST_BYTES);
        return whole;
    }

    /**
     * Reads one bundle and not a byte more. Blocks until it is complete, wrong, or at its end; time-outs, and what stands
     * behind the bundle, are the caller's to judge.
     *
     * @throws RejectedException with an {@code E_BUNDLE_*} reason
     */
    public static IssuedCredential read(InputStream input) {
        byte[] magic = readFully(input, MAGIC.length);
        if (!Arrays.equals(magic, MAGIC)) {
            throw new RejectedException(RejectReason.E_BUNDLE_MAGIC, "not a bundle, or a bundle of another version");
        }
        byte[] lengthBytes = readFully(input, Integer.BYTES);
        int length = ByteBuffer.wrap(lengthBytes).getInt();
        if (Integer.compareUnsigned(length, MESSAGE_MAX_BYTES) > 0) {
            throw new RejectedException(
                    RejectReason.E_BUNDLE_LEN, "a bundle has at most " + WireSpec.BUNDLE_MAX_BYTES + " bytes");
        }
        byte[] rest = readFully(input, length + DIGEST_BYTES);
        try {
            MessageDigest digest = KeySchedule.newSha256();
            digest.update(magic);
            digest.update(lengthBytes);
            digest.update(rest, 0, length);
            byte[] claimed = Arrays.copyOfRange(rest, length, rest.length);
            if (!MessageDigest.isEqual(digest.digest(), claimed)) {
                throw new RejectedException(RejectReason.E_BUNDLE_DIGEST, "the bundle is cut or damaged");
            }
            return parse(rest, length);
        } finally {
            Arrays.fill(rest, (byte) 0);
        }
    }

    /**
     * Reads a credential file.
     *
     * @throws RejectedException {@link RejectReason#E_CONFIG_FILE} when it cannot be read, or others than its owner may read
     *     or write it, or its owner is another user; {@link RejectReason#E_BUNDLE_TRAILING} when more than a bundle stands in
     *     it; otherwise as {@link #read}
     */
    public static IssuedCredential readFile(Path file) {
        return CredentialFile.read(file);
    }

    /** The message in {@code bytes}, which is changed on the way. What comes of it borrows nothing. */
    private static IssuedCredential parse(byte[] bytes, int length) {
        Map<String, String> selectors = new LinkedHashMap<>();
        try {
            ByteString rest = UnsafeByteOperations.unsafeWrap(bytes, 0, takeSelectors(bytes, length, selectors));
            CodedInputStream input = rest.newCodedInput();
            input.enableAliasing(true);
            Bundle bundle = Bundle.parseFrom(input);
            if (bundle.getUnknownFields().asMap().isEmpty()) {
                return BundleFields.toCredential(bundle, selectors);
            }
        } catch (IOException e) {
            // not kept as a cause: it carries what was parsed so far, keys included
        }
        throw new RejectedException(RejectReason.E_BUNDLE_PROTO, "not exactly a bundle message of this version");
    }

    /**
     * Reads the selectors and moves the other fields together over them; returns the length of what is left. The generated parser
     * would drop unknown fields inside the entries of a map without a trace. It would also build the descriptors of all messages for
     * it, which costs a starting worker more than all its keys do.
     */
    private static int takeSelectors(byte[] bytes, int length, Map<String, String> selectors) throws IOException {
        CodedInputStream input = CodedInputStream.newInstance(bytes, 0, length);
        int kept = 0;
        int start = 0;
        for (int tag = input.readTag(); tag != 0; tag = input.readTag()) {
            if (tag == SELECTORS_TAG) {
                takeSelector(input, selectors);
            } else if (!input.skipField(tag)) {
                throw new IOException("end of a group that was not begun");
            }
            int end = input.getTotalBytesRead();
            if (tag != SELECTORS_TAG) {
                // only over bytes that the input has behind it
                System.arraycopy(bytes, start, bytes, kept, end - start);
                kept += end - start;
            }
            start = end;
        }
        return kept;
    }

    private static void takeSelector(CodedInputStream input, Map<String, String> selectors) throws IOException {
        int outer = input.pushLimit(input.readRawVarint32());
        String key = "";
        String value = "";
        for (int tag = input.readTag(); tag != 0; tag = input.readTag()) {
            switch (tag) {
                case ENTRY_KEY_TAG -> key = input.readStringRequireUtf8();
                case ENTRY_VALUE_TAG -> value = input.readStringRequireUtf8();
                default -> throw new IOException("unknown field of an entry");
            }
        }
        input.popLimit(outer);
        selectors.put(key, value);
    }

    private static byte[] readFully(InputStream input, int length) {
        byte[] bytes = new byte[length];
        try {
            if (input.readNBytes(bytes, 0, length) == length) {
                return bytes;
            }
        } catch (IOException e) {
            Arrays.fill(bytes, (byte) 0);
            throw new RejectedException(RejectReason.E_BUNDLE_EOF, "the bundle could not be read to its end", e);
        }
        Arrays.fill(bytes, (byte) 0);
        throw new RejectedException(RejectReason.E_BUNDLE_EOF, "the bundle ends early");
    }

    private static byte[] digest(byte[] bytes, int length) {
        MessageDigest digest = KeySchedule.newSha256();
        digest.update(bytes, 0, length);
        return digest.digest();
    }
}
