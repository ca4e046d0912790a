package dev.sallyport.transport.loopback;

import dev.sallyport.transport.PeerId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where faults of this side are told. */
final class Faults {

    private static final Logger LOG = LoggerFactory.getLogger("dev.sallyport.transport.faults");

    private Faults() {}

    /** Before anybody has authenticated. */
    static void log(Throwable failure) {
        LOG.error("a handshake ends: a fault of this side", failure);
    }

    static void log(PeerId peer, Throwable failure) {
        LOG.error("session of {} ends: a fault of this side", peer, failure);
    }
}
