package dev.sallyport.transport;

import java.nio.file.Path;

/**
 * What one peer needs to connect: its keys, its identity and the server's address, as one opaque object. It says nothing
 * of itself in {@code toString}, cannot be compared or serialised, and is wiped, as far as Java allows, by {@link #close()}.
 */
public interface Credential extends AutoCloseable {

    /** Whom it is for. */
    PeerId peer();

    /**
     * Writes a credential file (protocol.md, section 9): created exclusively with mode 0600, in a folder that only its owner may
     * enter (created with 0700 when missing).
     *
     * @throws RejectedException {@link RejectReason#E_CONFIG_FILE} when the file exists, its folder is open to others, or it
     *     cannot be written
     */
    void saveTo(Path file);

    /** Wipes the keys. Idempotent. */
    @Override
    void close();
}
