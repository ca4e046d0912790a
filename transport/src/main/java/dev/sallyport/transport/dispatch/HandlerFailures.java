package dev.sallyport.transport.dispatch;

import dev.sallyport.transport.PeerId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where an exception of a handler goes: the local log, never the peer. */
final class HandlerFailures {

    private static final Logger LOG = LoggerFactory.getLogger("dev.sallyport.transport.handlers");

    private HandlerFailures() {}

    static void log(PeerId peer, String method, Throwable failure) {
        LOG.warn("handler of {} failed, in the session of {}", method, peer, failure);
    }
}
