package dev.sallyport.transport.keys;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * HKDF over the JDK's own HMAC: what a connecting peer uses, because it loads nothing that a starting worker would have to
 * wait for (ADR 0010).
 */
public final class JdkHkdf implements Hkdf {

    private static final String ALGORITHM = "HmacSHA256";

    /** HMAC pads its key with zeros, so that this is the empty salt, which the JDK refuses as a key. */
    private static final byte[] EMPTY_SALT = new byte[HASH_BYTES];

    @Override
    public byte[] extract(byte[] salt, byte[] ikm) {
        return mac(salt.length == 0 ? EMPTY_SALT : salt).doFinal(ikm);
    }

    @Override
    public byte[] expand(byte[] prk, byte[] info, int length) {
        Hkdf.requireExpandable(prk, length);
        Mac mac = mac(prk);
        byte[] output = new byte[length];
        byte[] block = new byte[0];
        for (int done = 0, counter = 1; done < length; counter++) {
            mac.update(block);
            mac.update(info);
            mac.update((byte) counter);
            Arrays.fill(block, (byte) 0);
            block = mac.doFinal();
            int taken = Math.min(block.length, length - done);
            System.arraycopy(block, 0, output, done, taken);
            done += taken;
        }
        Arrays.fill(block, (byte) 0);
        return output;
    }

    private static Mac mac(byte[] key) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(key, ALGORITHM));
            return mac;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has " + ALGORITHM, e);
        }
    }
}
