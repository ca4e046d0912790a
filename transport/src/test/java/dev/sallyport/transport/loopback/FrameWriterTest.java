package dev.sallyport.transport.loopback;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.transport.Lane;
import dev.sallyport.transport.PeerId;
import dev.sallyport.transport.auth.FrameMac;
import dev.sallyport.transport.auth.FrameSigner;
import dev.sallyport.transport.auth.FrameVerifier;
import dev.sallyport.transport.session.Established;
import dev.sallyport.transport.session.Kind;
import dev.sallyport.transport.session.Role;
import dev.sallyport.transport.session.Session;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** In which memory large frames leave. */
class FrameWriterTest {

    private static final int LARGE = 64 * 1024;
    private static final FrameMac NO_MAC = (context, bytes, offset, length, out) -> Arrays.fill(out, (byte) 0);

    private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(true, true);
    private final List<ByteBuf> memories = new ArrayList<>();
    private final List<Byte> firstPayloadBytes = new ArrayList<>();
    private final List<ByteBuf> unwritten = new ArrayList<>();
    private boolean taking = true;
    private final EmbeddedChannel channel = new EmbeddedChannel(new Wire());
    private final FrameWriter writer;

    FrameWriterTest() {
        channel.config().setAllocator(allocator);
        Session session = new Session(Role.SUPERVISOR, Lane.DATA, 1, 30_000, 0);
        writer = new FrameWriter(
                channel,
                new Established(
                        new PeerId("group", "worker", 1),
                        Lane.DATA,
                        session,
                        1 << 20,
                        new FrameVerifier(NO_MAC),
                        new FrameSigner(NO_MAC)));
    }

    /** Stands for the socket: takes what is written at once, or holds it. */
    private final class Wire extends ChannelOutboundHandlerAdapter {
        @Override
        public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
            ByteBuf buffer = (ByteBuf) message;
            memories.add(buffer);
            if (taking) {
                firstPayloadBytes.add(buffer.getByte(32));
                buffer.release();
            } else {
                unwritten.add(buffer);
            }
        }
    }

    @AfterEach
    void close() {
        unwritten.forEach(buffer -> firstPayloadBytes.add(buffer.getByte(32)));
        unwritten.forEach(ByteBuf::release);
        assertThat(firstPayloadBytes)
                .as("what the peer gets")
                .isEqualTo(List.of((byte) 1, (byte) 2, (byte) 3).subList(0, firstPayloadBytes.size()));
        assertThat(allocator.metric().usedDirectMemory()).isZero();
        channel.finishAndReleaseAll();
    }

    private void write(int first) throws Exception {
        byte[] payload = new byte[LARGE];
        payload[0] = (byte) first;
        writer.begin(LARGE).writeBytes(payload);
        writer.end(Kind.CALLS, 0);
    }

    @Test
    void whatIsWrittenIsUsedAgainInTheSameFlush() throws Exception {
        write(1);
        write(2);
        write(3);
        writer.flush();

        assertThat(memories).hasSize(3).allSatisfy(memory -> assertThat(memory).isSameAs(memories.get(0)));
        assertThat(allocator.metric().usedDirectMemory()).as("behind the flush").isZero();
    }

    @Test
    void whatWaitsForTheSocketIsLeftAlone() throws Exception {
        taking = false;
        write(1);
        write(2);
        write(3);
        writer.flush();

        assertThat(memories.get(0)).isNotSameAs(memories.get(1)).isNotSameAs(memories.get(2));
        assertThat(memories.get(1)).isNotSameAs(memories.get(2));
    }

    @Test
    void anEndInTheMiddleOfAFlushHoldsNothing() throws Exception {
        write(1);

        assertThat(writer.last()).isNull();
    }
}
