package dev.sallyport.transport.frame;

import io.netty.buffer.ByteBuf;

/** Takes whole frames from a {@link FrameDecoder}. */
@FunctionalInterface
public interface FrameSink {

    /**
     * Takes one frame.
     *
     * @param buffer holds the frame at {@code offset}, from LEN to TAG; owned by the decoder and valid during this call only
     * @param length all bytes of the frame, LEN and TAG included
     * @param moreWaits whether further bytes were received behind this frame
     * @return false to take nothing more: the decoder drops what is left
     * @throws ProtocolViolation to refuse the frame; decoding stops
     */
    boolean frame(ByteBuf buffer, int offset, int length, boolean moreWaits) throws ProtocolViolation;
}
