package dev.sallyport.benchmarks.peer;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

/** Sends each frame back as it came, prefix included, without a copy. */
final class NettyEchoHandler extends ChannelInboundHandlerAdapter {

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // a void promise reports to exceptionCaught
    public void channelRead(ChannelHandlerContext ctx, Object frame) {
        ctx.writeAndFlush(frame, ctx.voidPromise());
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // the client hears of it
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        ctx.close();
    }
}
