package dev.sallyport.transport.loopback;

import dev.sallyport.proto.WireSpec;
import dev.sallyport.proto.v1.Ready;
import dev.sallyport.transport.Lane;
import dev.sallyport.transport.PeerId;
import dev.sallyport.transport.RejectReason;
import dev.sallyport.transport.TransportObserver;
import dev.sallyport.transport.auth.VerifiedFrame;
import dev.sallyport.transport.frame.FrameDecoder;
import dev.sallyport.transport.frame.ProtocolViolation;
import dev.sallyport.transport.session.ControlCodec;
import dev.sallyport.transport.session.Established;
import dev.sallyport.transport.session.Kind;
import dev.sallyport.transport.session.LaneTraffic;
import dev.sallyport.transport.session.Role;
import dev.sallyport.transport.session.Session;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.concurrent.ScheduledFuture;
import java.io.IOException;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Drives one open session on its channel: bytes to verified frames to the lane's traffic, and how it ends (protocol.md, sections 2, 5
 * and 6). Confined to the channel's event loop, but for {@link #end}.
 */
final class SessionHandler extends ChannelInboundHandlerAdapter implements SessionOutput.Owner {

    private final Channel channel;
    private final Established established;
    private final Session session;
    private final LaneTraffic traffic;
    private final SessionLimits limits;
    private final TransportObserver observer;
    private final FrameDecoder decoder;
    private final Closing closing;
    private final SessionOutput output;
    private boolean opened;
    private volatile boolean live;
    private boolean taken;
    private @Nullable ProtocolViolation refusal;
    private @Nullable RejectReason goodbyeReceived;
    private boolean trailed;
    private @Nullable ScheduledFuture<?> frameTimer;

    SessionHandler(
            Channel channel,
            Established established,
            LaneTraffic traffic,
            SessionLimits limits,
            TransportObserver observer) {
        this.channel = channel;
        this.established = established;
        this.session = established.session();
        this.traffic = traffic;
        this.limits = limits;
        this.observer = observer;
        this.decoder = new FrameDecoder(channel.alloc(), WireSpec.LEN_MAX_HANDSHAKE);
        this.closing = new Closing(channel);
        this.output = new SessionOutput(channel, established, limits, observer, this);
    }

    PeerId peer() {
        return established.peer();
    }

    Lane lane() {
        return established.lane();
    }

    /** Whether the session is open at this moment. From any thread. */
    boolean isOpen() {
        return live;
    }

    Channel channel() {
        return channel;
    }

    /** What the session sends. */
    SessionOutput output() {
        return output;
    }

    /** The session will say goodbye instead of opening. Before the handler is added. */
    void refuse(ProtocolViolation why) {
        refusal = why;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        output.guarded(this::begin);
    }

    private void begin() {
        if (refusal != null) {
            violated(refusal);
        } else if (session.role() == Role.SUPERVISOR) {
            int heartbeat = lane() == Lane.CONTROL ? WireSpec.HEARTBEAT_MILLIS : 0;
            Ready ready = Ready.newBuilder().setHeartbeatMs(heartbeat).build();
            output.write(Kind.READY, ready.toByteArray());
            // before the worker can know: what it then says elsewhere may bring a call to this session at once
            open();
            output.flush();
        }
    }

    private void open() {
        opened = true;
        live = true;
        decoder.limit(lane() == Lane.CONTROL ? WireSpec.LEN_MAX_CONTROL : WireSpec.LEN_MIN + established.maxPayload());
        observer.sessionOpened(peer(), lane());
        traffic.opened(output);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        try {
            if (closing.hasBegun()) {
                late(bytes.readableBytes());
            } else {
                decoder.decode(bytes, this::frame);
            }
        } catch (ProtocolViolation violation) {
            violated(violation);
        } catch (RuntimeException failure) {
            fault(failure);
        } finally {
            bytes.release();
        }
    }

    private boolean frame(ByteBuf buffer, int offset, int length, boolean moreWaits) throws ProtocolViolation {
        VerifiedFrame frame = established.inbound().verify(buffer, offset, length);
        if (frame == null) {
            throw new ProtocolViolation(RejectReason.E_MAC, "the tag does not verify");
        }
        Kind kind = session.accept(frame, limits.clocks().nanos().getAsLong());
        int payload = frame.payloadOffset();
        int payloadLength = frame.payloadLength();
        switch (kind) {
            case READY -> {
                ControlCodec.ready(buffer, payload, payloadLength);
                open();
            }
            case GOODBYE -> {
                RejectReason said = Goodbyes.read(session.role().peer(), buffer, payload, payloadLength);
                if (moreWaits) {
                    throw trailing();
                }
                goodbyeReceived = said;
            }
            default -> traffic.frame(kind, buffer, payload, payloadLength);
        }
        taken = true;
        return !closing.hasBegun();
    }

    private static ProtocolViolation trailing() {
        return new ProtocolViolation(RejectReason.E_TRAILING, "bytes behind GOODBYE");
    }

    /** Bytes come while the session is being closed: they are thrown away, and behind the peer's own GOODBYE they are a fault. */
    private void late(int bytes) {
        if (goodbyeReceived != null && !trailed) {
            trailed = true;
            observer.rejected(RejectReason.E_TRAILING, peer(), trailing().detail());
        }
        closing.discard(bytes);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        if (closing.hasBegun()) {
            return;
        }
        if (goodbyeReceived != null) {
            finish(goodbyeReceived, "said by the peer", true);
            return;
        }
        decoder.readComplete();
        if (opened) {
            traffic.readComplete();
        }
        watchFrame();
    }

    /** What this side does not read, the peer cannot complete: its 10 s begin again with the reading. */
    @Override
    public void readingPaused(boolean paused) {
        SessionOutput.cancel(frameTimer);
        frameTimer = null;
        if (!paused) {
            watchFrame();
        }
    }

    /** A frame begun must be complete after 10 s; only progress by whole frames counts. */
    private void watchFrame() {
        if (taken || !decoder.isMidFrame()) {
            SessionOutput.cancel(frameTimer);
            frameTimer = null;
            taken = false;
        }
        if (decoder.isMidFrame() && frameTimer == null && channel.config().isAutoRead()) {
            frameTimer = output.after(
                    WireSpec.FRAME_TIMEOUT_MILLIS,
                    () -> end(RejectReason.E_IDLE, "a frame was begun and not completed"));
        }
    }

    @Override
    public void violated(ProtocolViolation violation) {
        RejectReason reason = violation.reason();
        finish(reason, violation.detail(), reason.scope() == RejectReason.Scope.SESSION);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        finish(goodbyeReceived == null ? RejectReason.E_TRUNCATED : goodbyeReceived, "the stream ended", false);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable failure) {
        if (failure instanceof IOException) {
            finish(RejectReason.E_TRUNCATED, "the connection was reset", false);
        } else {
            fault(failure);
        }
    }

    @Override
    public void fault(Throwable failure) {
        Faults.log(peer(), failure);
        finish(RejectReason.E_INTERNAL, "a fault of this side", true);
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        if (!closing.hasBegun() && opened) {
            output.writabilityChanged();
            traffic.writabilityChanged();
        }
    }

    /** Says goodbye with this reason and closes. From any thread; no effect on a session that has ended. */
    @Override
    public void end(RejectReason reason, String detail) {
        if (channel.eventLoop().inEventLoop()) {
            finish(reason, detail, true);
            return;
        }
        try {
            channel.eventLoop().execute(() -> finish(reason, detail, true));
        } catch (RejectedExecutionException e) {
            // its event loop has ended, and the session with it
        }
    }

    /** Closes in silence: the peer has not proved enough to be told. On the event loop. */
    void abort(RejectReason reason, String detail) {
        finish(reason, detail, false);
    }

    private void finish(RejectReason reason, String detail, boolean goodbye) {
        if (closing.hasBegun()) {
            return;
        }
        live = false;
        output.stopTimers();
        decoder.close();
        RejectReason said = goodbyeReceived == null ? reason : RejectReason.OK_CLOSE;
        closing.begin(output.last(goodbye && mayTell() ? Goodbyes.saying(said, session) : null));
        if (!reason.isOrderly() && reason != goodbyeReceived) {
            observer.rejected(reason, peer(), detail);
        }
        if (opened) {
            observer.sessionClosed(peer(), lane(), reason);
        }
        if (refusal == null) {
            traffic.closed(reason);
        }
    }

    /** Nothing is verified or signed behind this: its keys go with the channel. */
    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        established.close();
    }

    /** A worker says nothing before READY verified; a server has proved itself, and knows its peer. */
    private boolean mayTell() {
        return channel.isActive() && (opened || session.role() == Role.SUPERVISOR);
    }
}
