package dev.sallyport.supervisor.bootstrap;

import dev.sallyport.proto.v1.Bundle;
import dev.sallyport.transport.PeerSpec;
import dev.sallyport.transport.TransportConfig;
import dev.sallyport.transport.keys.BundleCodec;
import dev.sallyport.transport.keys.IssuedCredential;
import dev.sallyport.transport.keys.KeyIssuer;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Bundles as they go through the pipe: good ones, and those of a supervisor with a fault. */
public final class BundleBytes {

    private static final int HEADER_BYTES = 9;
    private static final int DIGEST_BYTES = 32;

    private BundleBytes() {}

    /** A good credential for group {@code parse}, worker {@code parse-0}, with this metadata, for a server on {@code port}. */
    public static IssuedCredential credential(int port, List<String> roots, String runtime) {
        try (KeyIssuer issuer = new KeyIssuer(TransportConfig.defaults(), new SecureRandom())) {
            InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
            KeyIssuer.Issued issued = issuer.issue(PeerSpec.of("parse", "parse-0"), address);
            issued.record().close();
            try (IssuedCredential bare = issued.credential()) {
                return bare.withMetadata("test", roots, Map.of("limit", "3"), runtime);
            }
        }
    }

    /** The bytes of a good bundle. */
    public static byte[] good(int port, List<String> roots, String runtime) {
        try (IssuedCredential credential = credential(port, roots, runtime)) {
            return BundleCodec.encode(credential);
        }
    }

    /** The message inside a bundle. */
    static Bundle message(byte[] bundle) {
        try {
            return Bundle.parseFrom(Arrays.copyOfRange(bundle, HEADER_BYTES, bundle.length - DIGEST_BYTES));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Any payload with a header that fits it and a digest that holds. */
    static byte[] framed(byte[] payload) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeBytes("SWPB");
            out.writeByte(1);
            out.writeInt(payload.length);
            out.write(payload);
            out.write(MessageDigest.getInstance("SHA-256").digest(bytes.toByteArray()));
        } catch (IOException | NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
        return bytes.toByteArray();
    }
}
