package dev.sallyport.transport.keys;

import dev.sallyport.transport.PeerId;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.util.Arrays;

/** Credentials that no server issued, for servers that are made by hand as well. */
public final class HandMadeCredential {

    private HandMadeCredential() {}

    /** Fresh keys for {@code peer}, whose server would be at {@code address}. */
    public static IssuedCredential at(InetSocketAddress address, PeerId peer, int connectDeadlineMillis) {
        SecureRandom random = new SecureRandom();
        byte[] bytes = new byte[48];
        random.nextBytes(bytes);
        Terms terms = new Terms(
                peer,
                Arrays.copyOfRange(bytes, 0, 16),
                Arrays.copyOfRange(bytes, 16, 32),
                Arrays.copyOfRange(bytes, 32, 48),
                address,
                1,
                1,
                1 << 20,
                30_000,
                connectDeadlineMillis);
        return new IssuedCredential(Secret.random(random, 32), Secret.random(random, 32), terms, BundleMetadata.NONE);
    }
}
