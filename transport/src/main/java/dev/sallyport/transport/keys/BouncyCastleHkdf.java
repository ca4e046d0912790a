package dev.sallyport.transport.keys;

import org.bouncycastle.crypto.DerivationParameters;
import org.bouncycastle.crypto.Digest;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.generators.HKDFBytesGenerator;
import org.bouncycastle.crypto.params.HKDFParameters;

/**
 * HKDF of BouncyCastle's lightweight API: what the serving side uses to issue keys, so that each handshake checks two
 * implementations against each other (ADR 0010). The security provider is never registered.
 *
 * <p>Arguments go through {@link Class#cast}: without it this class cannot be linked before BouncyCastle's are loaded, and a worker
 * that starts from an archive of linked classes would verify their signed jar at each start (ADR 0043).
 */
final class BouncyCastleHkdf implements Hkdf {

    @Override
    public byte[] extract(byte[] salt, byte[] ikm) {
        return generator().extractPRK(salt, ikm);
    }

    @Override
    public byte[] expand(byte[] prk, byte[] info, int length) {
        Hkdf.requireExpandable(prk, length);
        HKDFBytesGenerator generator = generator();
        generator.init(DerivationParameters.class.cast(HKDFParameters.skipExtractParameters(prk, info)));
        byte[] output = new byte[length];
        generator.generateBytes(output, 0, length);
        return output;
    }

    private static HKDFBytesGenerator generator() {
        return new HKDFBytesGenerator(Digest.class.cast(new SHA256Digest()));
    }
}
