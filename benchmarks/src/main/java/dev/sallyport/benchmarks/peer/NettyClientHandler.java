package dev.sallyport.benchmarks.peer;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** The client end of {@link NettyPeer}: replies come in order, so a queue pairs them with their calls. */
final class NettyClientHandler extends ChannelInboundHandlerAdapter implements Peer.Client {

    private final EventLoopGroup group;
    private final CountDownLatch active = new CountDownLatch(1);
    private final Queue<Peer.Completion> waiting = new ArrayDeque<>();
    private ChannelHandlerContext context;

    @SuppressWarnings("NullAway.Init") // the context comes with the channel
    NettyClientHandler(EventLoopGroup group) {
        this.group = group;
    }

    @Override
    public void echo(byte[] payload, Peer.Completion completion) {
        if (context == null || !context.executor().inEventLoop()) {
            awaitActive();
            context.executor().execute(() -> write(payload, completion));
        } else {
            write(payload, completion);
        }
    }

    private void awaitActive() {
        try {
            active.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted before the connection was open", e);
        }
    }

    @SuppressWarnings("FutureReturnValueIgnored") // a void promise reports to exceptionCaught
    private void write(byte[] payload, Peer.Completion completion) {
        waiting.add(completion);
        ByteBuf frame = context.alloc().directBuffer(Integer.BYTES + payload.length);
        frame.writeInt(payload.length).writeBytes(payload);
        context.writeAndFlush(frame, context.voidPromise());
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        active.countDown();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf frame = (ByteBuf) message;
        try {
            frame.skipBytes(Integer.BYTES);
            waiting.remove().received(frame.nioBuffer(), true);
        } finally {
            frame.release();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        failAll(new IOException("the server closed the connection"));
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // every waiting call has failed by then
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        failAll(cause);
        ctx.close();
    }

    private void failAll(Throwable cause) {
        for (Peer.Completion completion = waiting.poll(); completion != null; completion = waiting.poll()) {
            completion.failed(cause);
        }
    }

    @Override
    public void close() {
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }
}
