package dev.sallyport.transport.loopback;

import dev.sallyport.proto.WireSpec;
import dev.sallyport.transport.RejectReason;
import dev.sallyport.transport.frame.FrameDecoder;
import dev.sallyport.transport.frame.ProtocolViolation;
import dev.sallyport.transport.session.Established;
import dev.sallyport.transport.session.IssuedPeer;
import dev.sallyport.transport.session.SupervisorHandshake;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.concurrent.ScheduledFuture;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Drives the supervisor's half of a handshake on an accepted channel: two seconds from accept to open, nothing but CHALLENGE is ever
 * written, and every failure is a silent close. Confined to the accepting event loop.
 */
final class SupervisorHandshakeHandler extends ChannelInboundHandlerAdapter {

    /** Who is told how it went. */
    interface Owner {

        /**
         * The peer proved itself; nothing has been sent in the session yet, and the channel reads nothing.
         *
         * @param openByNanos when the session must have opened, on the monotonic clock
         */
        void established(ChannelHandlerContext ctx, IssuedPeer peer, Established established, long openByNanos);

        /** The connection was closed. */
        void refused(RejectReason reason, String cause);
    }

    private final Owner owner;
    private final SupervisorHandshake handshake;
    private final UnauthenticatedPool pool;
    private final FrameDecoder decoder;
    private final Clocks clocks;
    private @Nullable ScheduledFuture<?> deadline;
    private long openByNanos;
    private boolean done;

    SupervisorHandshakeHandler(
            Owner owner, SupervisorHandshake handshake, UnauthenticatedPool pool, FrameDecoder decoder, Clocks clocks) {
        this.owner = owner;
        this.handshake = handshake;
        this.pool = pool;
        this.decoder = decoder;
        this.clocks = clocks;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        openByNanos = clocks.nanos().getAsLong() + TimeUnit.MILLISECONDS.toNanos(WireSpec.HANDSHAKE_TIMEOUT_MILLIS);
        deadline = ctx.executor()
                .schedule(
                        () -> refuse(ctx, RejectReason.E_HS_TIMEOUT, "not open within 2 s"),
                        WireSpec.HANDSHAKE_TIMEOUT_MILLIS,
                        TimeUnit.MILLISECONDS);
        pool.add(handshake, reason -> refuse(ctx, reason, "unauthenticated connections are closed"));
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        try {
            if (!done) {
                decoder.decode(bytes, (buffer, offset, length, more) -> frame(ctx, buffer, offset, length, more));
            }
        } catch (ProtocolViolation violation) {
            refuse(ctx, violation.reason(), violation.detail());
        } catch (RuntimeException failure) {
            if (handshake.isRevoked()) {
                // its keys were wiped while they were in use
                refuse(ctx, RejectReason.E_AUTH, "keyid");
                return;
            }
            Faults.log(failure);
            refuse(ctx, RejectReason.E_INTERNAL, "a fault of this side");
        } finally {
            bytes.release();
        }
    }

    private boolean frame(ChannelHandlerContext ctx, ByteBuf buffer, int offset, int length, boolean moreWaits)
            throws ProtocolViolation {
        ByteBuf out = ctx.alloc().ioBuffer(WireSpec.LEN_BYTES + WireSpec.LEN_MAX_HANDSHAKE);
        try {
            handshake.frame(
                    buffer,
                    offset,
                    length,
                    moreWaits,
                    clocks.wallMillis().getAsLong(),
                    clocks.nanos().getAsLong(),
                    out);
            if (out.isReadable()) {
                ctx.writeAndFlush(out.retain(), ctx.voidPromise());
            }
        } finally {
            out.release();
        }
        Established established = handshake.established();
        IssuedPeer peer = handshake.peer();
        if (established != null && peer != null) {
            leave();
            ctx.channel().config().setAutoRead(false);
            owner.established(ctx, peer, established, openByNanos);
            return false;
        }
        return true;
    }

    private void refuse(ChannelHandlerContext ctx, RejectReason reason, String cause) {
        if (!done) {
            leave();
            ctx.close();
            owner.refused(reason, cause);
        }
    }

    private void leave() {
        done = true;
        handshake.close();
        decoder.close();
        pool.remove(handshake);
        if (deadline != null) {
            deadline.cancel(false);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        RejectReason reason = handshake.isHelloVerified() ? RejectReason.E_TRUNCATED : RejectReason.E_HS_EOF;
        refuse(ctx, reason, "the stream ended");
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable failure) {
        if (!(failure instanceof IOException)) {
            Faults.log(failure);
            refuse(ctx, RejectReason.E_INTERNAL, "a fault of this side");
            return;
        }
        RejectReason reason = handshake.isHelloVerified() ? RejectReason.E_TRUNCATED : RejectReason.E_HS_EOF;
        refuse(ctx, reason, "the connection was reset");
    }
}
