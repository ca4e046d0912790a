package dev.sallyport.supervisor;

import dev.sallyport.transport.RejectReason;
import dev.sallyport.transport.RejectedException;
import dev.sallyport.transport.keys.Secret;
import java.nio.file.Path;

/** Where a static secret is taken from when the supervisor starts. It never shows the secret itself. */
public sealed interface SecretSource {

    /**
     * A file of its owner's, mode 0600 or stricter, read at each start.
     *
     * @param path absolute
     */
    record File(Path path) implements SecretSource {}

    /**
     * Handed over by the embedding program, or taken from a configuration file for local development. One start uses it up.
     *
     * @param secret owned by this source
     */
    record Given(Secret secret) implements SecretSource {

        /**
         * The bytes, in an array that the caller wipes; the holder is wiped here.
         *
         * @throws RejectedException {@link RejectReason#E_CONFIG_SECRET} the second time
         */
        public byte[] take() {
            synchronized (secret) {
                if (secret.isClosed()) {
                    throw new RejectedException(
                            RejectReason.E_CONFIG_SECRET,
                            "an earlier start used up the secret that was handed over: load the configuration again");
                }
                byte[] bytes = secret.use(byte[]::clone);
                secret.close();
                return bytes;
            }
        }
    }
}
