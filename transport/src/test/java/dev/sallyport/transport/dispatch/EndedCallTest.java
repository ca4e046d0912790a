package dev.sallyport.transport.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.transport.Codec;
import dev.sallyport.transport.dispatch.CallMessage.Body;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** A handler's thread ends its call while the event loop writes a message of that call. */
class EndedCallTest {

    private static final long LIVE = 300;

    private final AtomicLong callId = new AtomicLong(LIVE);
    private final Outflow outflow = new Outflow(callId::get, cause -> {});
    private final ByteBuf out = Unpooled.buffer(64);

    @Test
    void creditWhoseCallEndsBetweenItsSizeAndItsWriteNamesTheCall() throws Exception {
        assertNamesTheCall(new CreditGrant(callId::get, 16), Body.CREDIT);
    }

    @Test
    void itemWhoseCallEndsBetweenItsSizeAndItsWriteNamesTheCall() throws Exception {
        assertNamesTheCall(StreamItem.of(outflow, Codec.bytes(), new byte[3], 3), Body.ITEM);
    }

    @Test
    void endOfItemsWhoseCallEndsBetweenItsSizeAndItsWriteNamesTheCall() throws Exception {
        assertNamesTheCall(StreamItem.end(outflow), Body.ITEM);
    }

    @Test
    void nothingIsWrittenOfACallThatHasEndedBefore() {
        callId.set(0);
        assertThat(new CreditGrant(callId::get, 16).prepare(0)).isZero();
        assertThat(StreamItem.end(outflow).prepare(0)).isZero();
    }

    private void assertNamesTheCall(Outgoing message, Body body) throws Exception {
        int size = message.prepare(0);
        callId.set(0);
        message.write(out);

        assertThat(out.readableBytes()).isEqualTo(size);
        CallsReader reader = CallsReader.ofSupervisor();
        reader.read(out, 0, out.writerIndex());
        assertThat(reader.message(0).callId()).isEqualTo(LIVE);
        assertThat(reader.message(0).body()).isEqualTo(body);
    }
}
