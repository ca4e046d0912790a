package dev.sallyport.transport.loopback;

import dev.sallyport.proto.WireSpec;
import dev.sallyport.proto.v1.Heartbeat;
import dev.sallyport.proto.v1.StopRequest;
import dev.sallyport.transport.Lane;
import dev.sallyport.transport.RejectReason;
import dev.sallyport.transport.frame.ProtocolViolation;
import dev.sallyport.transport.session.ControlCodec;
import dev.sallyport.transport.session.HeartbeatMonitor;
import dev.sallyport.transport.session.Kind;
import dev.sallyport.transport.session.SessionChannel;
import io.netty.buffer.ByteBuf;

/** The supervisor's end of a control lane: heartbeats out, status and acknowledgements in. */
final class SupervisorControl extends ControlTraffic {

    private final ServerPeer peer;
    private final HeartbeatMonitor heartbeats = new HeartbeatMonitor();
    private boolean closed;

    SupervisorControl(ServerPeer peer) {
        this.peer = peer;
    }

    @Override
    public void opened(SessionChannel openChannel) {
        super.opened(openChannel);
        peer.opened(Lane.CONTROL);
        channel().schedule(this::beat, WireSpec.HEARTBEAT_MILLIS);
    }

    private void beat() {
        if (closed) {
            return;
        }
        if (heartbeats.isIdle()) {
            peer.endControl(RejectReason.E_IDLE, "three heartbeats were missed");
            return;
        }
        long token = heartbeats.next(channel().nanoTime());
        send(Kind.HEARTBEAT, Heartbeat.newBuilder().setToken(token).build());
        channel().flush();
        channel().schedule(this::beat, WireSpec.HEARTBEAT_MILLIS);
    }

    void stop(StopRequest order) {
        if (!closed) {
            send(Kind.STOP, order);
            channel().flush();
        }
    }

    @Override
    public void frame(Kind kind, ByteBuf buffer, int offset, int length) throws ProtocolViolation {
        switch (kind) {
            case HEARTBEAT_ACK -> {
                long token = ControlCodec.heartbeatAck(buffer, offset, length).getToken();
                long roundTrip = heartbeats.answered(token, channel().nanoTime());
                if (roundTrip >= 0) {
                    peer.heartbeatAnswered(roundTrip);
                }
            }
            case WORKER_STATUS -> peer.reported(ControlCodec.workerStatus(buffer, offset, length));
            case STOP_ACK -> peer.acknowledged(ControlCodec.stopAck(buffer, offset, length));
            default -> throw new ProtocolViolation(RejectReason.E_KIND, kind + " on a control lane");
        }
    }

    @Override
    public void closed(RejectReason reason) {
        closed = true;
        peer.closed(Lane.CONTROL, reason);
    }
}
