package dev.sallyport.transport.loopback;

import dev.sallyport.proto.v1.Goodbye;
import dev.sallyport.transport.RejectReason;
import dev.sallyport.transport.frame.ProtocolViolation;
import dev.sallyport.transport.session.ControlCodec;
import dev.sallyport.transport.session.Role;
import dev.sallyport.transport.session.Session;
import io.netty.buffer.ByteBuf;

/** What GOODBYE says, in both directions (protocol.md, section 6). */
final class Goodbyes {

    private Goodbyes() {}

    /**
     * The reason that the peer gave; {@code OK_CLOSE} for a code that this build does not know.
     *
     * @param by the peer's role
     * @throws ProtocolViolation {@code E_SEMANTIC} for a code that is not this peer's to say
     */
    static RejectReason read(Role by, ByteBuf buffer, int offset, int length) throws ProtocolViolation {
        RejectReason reason = RejectReason.ofNumber(
                ControlCodec.goodbye(buffer, offset, length).getCode());
        if (reason == null) {
            return RejectReason.OK_CLOSE;
        }
        if (!by.maySay(reason)) {
            throw new ProtocolViolation(RejectReason.E_SEMANTIC, "a goodbye with a code that is not its to say");
        }
        return reason;
    }

    /** What this side says when its session ends for {@code reason}: that, or what comes closest of the codes that are its to say. */
    static Goodbye saying(RejectReason reason, Session session) {
        return Goodbye.newBuilder()
                .setCode(sayable(session.role(), reason).number())
                .setLastSeqReceived(Math.max(0, session.received() - 1))
                .setReceivedAny(session.received() > 0)
                .build();
    }

    private static RejectReason sayable(Role role, RejectReason reason) {
        if (role.maySay(reason)) {
            return reason;
        }
        // a verdict is the supervisor's own, which knows it; anything else is a lane that this side could not keep
        return reason.scope() == RejectReason.Scope.SESSION ? RejectReason.OK_CLOSE : RejectReason.E_INTERNAL;
    }
}
