package dev.sallyport.transport.loopback;

import dev.sallyport.proto.WireSpec;
import dev.sallyport.transport.RejectReason;
import dev.sallyport.transport.frame.FrameDecoder;
import dev.sallyport.transport.frame.ProtocolViolation;
import dev.sallyport.transport.session.Established;
import dev.sallyport.transport.session.WorkerHandshake;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.concurrent.ScheduledFuture;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Drives the worker's half of a handshake: HELLO when connected, FINISH for a CHALLENGE that verifies. What follows is the
 * session's, which opens when READY verifies. Confined to the channel's event loop.
 */
final class WorkerHandshakeHandler extends ChannelInboundHandlerAdapter {

    /** Who is told how it went; one of the two, once. */
    interface Owner {

        /**
         * The server proved itself and FINISH was sent.
         *
         * @param millisLeft until READY must have come
         */
        void established(ChannelHandlerContext ctx, Established established, long millisLeft);

        void failed(RejectReason reason, String detail);
    }

    private final Owner owner;
    private final WorkerHandshake handshake;
    private final FrameDecoder decoder;
    private final Clocks clocks;
    private @Nullable ScheduledFuture<?> deadline;
    private boolean done;

    WorkerHandshakeHandler(Owner owner, WorkerHandshake handshake, FrameDecoder decoder, Clocks clocks) {
        this.owner = owner;
        this.handshake = handshake;
        this.decoder = decoder;
        this.clocks = clocks;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        if (ctx.channel().localAddress() != null
                && ctx.channel().localAddress().equals(ctx.channel().remoteAddress())) {
            fail(ctx, RejectReason.E_SELF_CONNECT, "the socket is connected to itself");
            return;
        }
        ByteBuf out = ctx.alloc().ioBuffer(WireSpec.LEN_BYTES + WireSpec.LEN_MAX_HANDSHAKE);
        try {
            handshake.hello(clocks.wallMillis().getAsLong(), out);
            ctx.writeAndFlush(out.retain(), ctx.voidPromise());
        } finally {
            out.release();
        }
        deadline = ctx.executor()
                .schedule(
                        () -> fail(ctx, RejectReason.E_PEER_AUTH, "no CHALLENGE within 2 s"),
                        WireSpec.HANDSHAKE_TIMEOUT_MILLIS,
                        TimeUnit.MILLISECONDS);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        try {
            if (done) {
                return;
            }
            decoder.decode(bytes, (buffer, offset, length, more) -> frame(ctx, buffer, offset, length, more));
        } catch (ProtocolViolation violation) {
            // before the server proved itself, whatever it sends is the same to this side
            fail(ctx, RejectReason.E_PEER_AUTH, violation.detail());
        } finally {
            bytes.release();
        }
    }

    private boolean frame(ChannelHandlerContext ctx, ByteBuf buffer, int offset, int length, boolean moreWaits)
            throws ProtocolViolation {
        if (moreWaits) {
            throw new ProtocolViolation(RejectReason.E_PEER_AUTH, "bytes behind CHALLENGE");
        }
        ByteBuf out = ctx.alloc().ioBuffer(WireSpec.LEN_BYTES + WireSpec.LEN_MIN);
        try {
            handshake.challenge(
                    buffer,
                    offset,
                    length,
                    clocks.wallMillis().getAsLong(),
                    clocks.nanos().getAsLong(),
                    out);
            done = true;
            ctx.writeAndFlush(out.retain(), ctx.voidPromise());
        } finally {
            out.release();
        }
        Established established = handshake.established();
        if (established != null) {
            owner.established(ctx, established, stopDeadline());
        }
        return false;
    }

    /** How many milliseconds were left of it. */
    private long stopDeadline() {
        if (deadline == null) {
            return 0;
        }
        deadline.cancel(false);
        return Math.max(1, deadline.getDelay(TimeUnit.MILLISECONDS));
    }

    private void fail(ChannelHandlerContext ctx, RejectReason reason, String detail) {
        if (!done) {
            done = true;
            stopDeadline();
            decoder.close();
            ctx.close();
            owner.failed(reason, detail);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        fail(ctx, RejectReason.E_PEER_AUTH, "the server closed the connection without proving itself");
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable failure) {
        if (!(failure instanceof IOException)) {
            Faults.log(failure);
            fail(ctx, RejectReason.E_INTERNAL, "a fault of this side");
            return;
        }
        fail(ctx, RejectReason.E_PEER_AUTH, "the connection was reset before the server proved itself");
    }
}
