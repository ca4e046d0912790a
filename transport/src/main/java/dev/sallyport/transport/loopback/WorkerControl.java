package dev.sallyport.transport.loopback;

import dev.sallyport.proto.WireSpec;
import dev.sallyport.proto.v1.HeartbeatAck;
import dev.sallyport.transport.RejectReason;
import dev.sallyport.transport.frame.ProtocolViolation;
import dev.sallyport.transport.session.ControlCodec;
import dev.sallyport.transport.session.Kind;
import dev.sallyport.transport.session.SessionChannel;
import io.netty.buffer.ByteBuf;
import java.util.concurrent.TimeUnit;

/** The worker's end of a control lane: answers heartbeats, hands on stop orders, and notices a server that has gone quiet. */
final class WorkerControl extends ControlTraffic {

    private static final long SILENCE_LIMIT_MILLIS =
            (WireSpec.HEARTBEATS_MISSED_LIMIT + 1L) * WireSpec.HEARTBEAT_MILLIS;

    private final WorkerLink link;
    private final LaneClient lane;
    private long lastHeardNanos;
    private boolean closed;

    WorkerControl(WorkerLink link, LaneClient lane) {
        this.link = link;
        this.lane = lane;
    }

    @Override
    public void opened(SessionChannel openChannel) {
        super.opened(openChannel);
        lastHeardNanos = channel().nanoTime();
        channel().schedule(this::checkSilence, SILENCE_LIMIT_MILLIS);
        lane.opened();
    }

    private void checkSilence() {
        if (closed) {
            return;
        }
        long silent = TimeUnit.NANOSECONDS.toMillis(channel().nanoTime() - lastHeardNanos);
        if (silent >= SILENCE_LIMIT_MILLIS) {
            lane.endSession(RejectReason.E_IDLE, "the server has not been heard for three heartbeats");
        } else {
            channel().schedule(this::checkSilence, SILENCE_LIMIT_MILLIS - silent);
        }
    }

    @Override
    public void frame(Kind kind, ByteBuf buffer, int offset, int length) throws ProtocolViolation {
        lastHeardNanos = channel().nanoTime();
        switch (kind) {
            case HEARTBEAT -> {
                long token = ControlCodec.heartbeat(buffer, offset, length).getToken();
                send(
                        Kind.HEARTBEAT_ACK,
                        HeartbeatAck.newBuilder().setToken(token).build());
            }
            case STOP -> link.stopOrdered(ControlCodec.stopRequest(buffer, offset, length));
            default -> throw new ProtocolViolation(RejectReason.E_KIND, kind + " on a control lane");
        }
    }

    @Override
    public void closed(RejectReason reason) {
        closed = true;
        lane.closed(reason);
    }
}
