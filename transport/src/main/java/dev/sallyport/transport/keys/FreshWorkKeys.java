package dev.sallyport.transport.keys;

import dev.sallyport.proto.WireSpec;
import dev.sallyport.transport.PeerId;
import java.security.SecureRandom;

/** Generated secrets with kdf none: every issue has fresh random bytes, and nothing is derived from anything. */
final class FreshWorkKeys implements WorkKeys {

    private final SecureRandom random;
    private volatile boolean closed;

    FreshWorkKeys(SecureRandom random) {
        this.random = random;
    }

    @Override
    public Secret workKey(PeerId peer, byte[] spawnNonce) {
        if (closed) {
            throw new IllegalStateException("the issuer is closed");
        }
        return Secret.random(random, WireSpec.KEY_BYTES);
    }

    @Override
    public void close() {
        closed = true;
    }
}
