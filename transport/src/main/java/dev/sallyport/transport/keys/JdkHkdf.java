package dev.sallyport.transport.keys;

import java.util.Arrays;

/**
 * HKDF (RFC 5869) over the JDK's SHA-256: what a connecting peer uses, because it loads nothing that a starting worker would have to
 * wait for (docs/adr/0010).
 */
public final class JdkHkdf implements Hkdf {

    @Override
    public byte[] extract(byte[] salt, byte[] ikm) {
        // HMAC pads its key with zeros, so that no salt is the salt of zeros that RFC 5869 asks for
        Hmac hmac = new Hmac(salt);
        byte[] prk = new byte[HASH_BYTES];
        hmac.update(ikm).finish(prk);
        hmac.wipe();
        return prk;
    }

    @Override
    public byte[] expand(byte[] prk, byte[] info, int length) {
        Hkdf.requireExpandable(prk, length);
        Hmac hmac = new Hmac(prk);
        byte[] output = new byte[length];
        byte[] block = new byte[HASH_BYTES];
        byte[] counter = {0};
        for (int done = 0; done < length; done += HASH_BYTES) {
            if (done > 0) {
                hmac.update(block);
            }
            counter[0]++;
            hmac.update(info).update(counter).finish(block);
            System.arraycopy(block, 0, output, done, Math.min(HASH_BYTES, length - done));
        }
        Arrays.fill(block, (byte) 0);
        hmac.wipe();
        return output;
    }
}
