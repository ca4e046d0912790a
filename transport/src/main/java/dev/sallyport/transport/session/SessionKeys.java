package dev.sallyport.transport.session;

import dev.sallyport.transport.PeerId;
import dev.sallyport.transport.auth.FrameSigner;
import dev.sallyport.transport.auth.FrameVerifier;
import dev.sallyport.transport.auth.Label;
import dev.sallyport.transport.auth.MacFactory;
import dev.sallyport.transport.keys.Direction;
import dev.sallyport.transport.keys.PeerKeys;
import dev.sallyport.transport.keys.Secret;

/** Derives the two keys of a session from a finished transcript (protocol.md, section 3). */
final class SessionKeys {

    private SessionKeys() {}

    static Established establish(
            PeerId peer,
            Session session,
            PeerKeys keys,
            byte[] th3,
            byte[] sessionId,
            int maxPayload,
            MacFactory macs) {
        Direction outbound = session.role().outbound();
        Direction inbound = session.role().peer().outbound();
        try (Secret outKey = keys.session(outbound, th3, sessionId);
                Secret inKey = keys.session(inbound, th3, sessionId)) {
            return new Established(
                    peer,
                    session.lane(),
                    session,
                    maxPayload,
                    new FrameVerifier(macs.create(inKey, Label.FRAME)),
                    new FrameSigner(macs.create(outKey, Label.FRAME)));
        }
    }
}
