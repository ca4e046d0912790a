package dev.sallyport.transport.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.proto.v1.Calls;
import dev.sallyport.proto.v1.Credit;
import dev.sallyport.proto.v1.Message;
import dev.sallyport.proto.v1.Outcome;
import dev.sallyport.proto.v1.Request;
import dev.sallyport.transport.CallException;
import dev.sallyport.transport.CallStream;
import dev.sallyport.transport.Codec;
import dev.sallyport.transport.Deadline;
import dev.sallyport.transport.MethodDescriptor;
import dev.sallyport.transport.PeerId;
import dev.sallyport.transport.Routes;
import dev.sallyport.transport.TransportObserver;
import dev.sallyport.transport.session.Kind;
import dev.sallyport.transport.session.Role;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A stream of which one item cannot be written. It was left out without a word: the receiver saw the items around it and a normal end.
 */
class UnwritableItemTest {

    private static final byte[] GOOD = {1};
    private static final byte[] BAD = {};

    /** Cannot write an empty array. */
    private static final class NotEmpty implements Codec<byte[]> {

        @Override
        public int size(byte[] value) {
            return 1;
        }

        @Override
        public void write(byte[] value, ByteBuffer out) {
            out.put(value[0]);
        }

        @Override
        public byte[] read(ByteBuffer in) {
            return new byte[] {in.get()};
        }
    }

    private static final MethodDescriptor<byte[], byte[]> STREAM =
            new MethodDescriptor<>("test/stream", new NotEmpty(), new NotEmpty(), MethodDescriptor.Shape.BIDIRECTIONAL);

    private final StoppedChannel channel = new StoppedChannel();
    private final Queue<Runnable> handlers = new ArrayDeque<>();
    private final List<CallException> handlerSaw = new ArrayList<>();
    private final Dispatcher dispatcher = new Dispatcher(
            new PeerId("group", "worker", 1),
            Role.SUPERVISOR,
            new DispatchSettings(
                    Routes.builder()
                            .onStream(STREAM, (call, stream) -> threeReplies(stream))
                            .build(),
                    method -> true,
                    () -> true,
                    8,
                    3072,
                    handlers::add,
                    Runnable::run,
                    Runnable::run,
                    TransportObserver.NONE));

    private void threeReplies(CallStream<byte[], byte[]> stream) throws InterruptedException {
        try {
            stream.send(GOOD);
            stream.send(BAD);
            stream.send(GOOD);
        } catch (CallException e) {
            handlerSaw.add(e);
        }
    }

    @BeforeEach
    void open() {
        dispatcher.opened(channel);
    }

    private void receive(Message.Builder message) throws Exception {
        ByteBuf payload = Unpooled.wrappedBuffer(
                Calls.newBuilder().addMessages(message).build().toByteArray());
        dispatcher.frame(Kind.CALLS, payload, 0, payload.readableBytes());
        dispatcher.readComplete();
    }

    private void requestThreeReplies() throws Exception {
        receive(Message.newBuilder()
                .setCallId(2)
                .setRequest(Request.newBuilder()
                        .setMethod(STREAM.name())
                        .setTimeoutMs(60_000)
                        .setInitialCredit(CallStream.WINDOW)
                        .setRequestStream(true)
                        .setResponseStream(true)));
    }

    /** What was written but for credit. */
    private List<Message> written() throws Exception {
        List<Message> messages = new ArrayList<>();
        for (byte[] frame : channel.frames) {
            for (Message message : Calls.parseFrom(frame).getMessagesList()) {
                if (!message.hasCredit()) {
                    messages.add(message);
                }
            }
        }
        return messages;
    }

    private static void assertFailed(Message message) {
        assertThat(message.getResponse().getOutcome()).isEqualTo(Outcome.APPLICATION_ERROR);
        assertThat(message.getResponse().getRan()).isTrue();
    }

    @Test
    void aReplyThatCannotBeWrittenFailsTheCallWhileItsHandlerRuns() throws Exception {
        requestThreeReplies();
        handlers.remove().run();

        assertThat(written()).hasSize(2);
        assertThat(written().get(0).hasItem()).isTrue();
        assertFailed(written().get(1));
        assertThat(handlerSaw).hasSize(1);
        assertThat(dispatcher.serving()).isZero();
    }

    @Test
    void aReplyThatCannotBeWrittenFailsTheCallWhenItsHandlerIsDone() throws Exception {
        requestThreeReplies();
        channel.writable = false;
        handlers.remove().run();
        assertThat(handlerSaw).isEmpty();

        channel.writable = true;
        dispatcher.writabilityChanged();

        assertThat(written()).hasSize(3);
        assertFailed(written().get(2));
        assertThat(dispatcher.serving()).isZero();
    }

    @Test
    void aRequestItemThatCannotBeWrittenEndsTheCallAtBothEnds() throws Exception {
        CallStream<byte[], byte[]> stream = dispatcher.open(STREAM, Deadline.afterMillis(60_000), Map.of());
        receive(Message.newBuilder().setCallId(1).setCredit(Credit.newBuilder().setItems(8)));
        stream.send(GOOD);
        stream.send(BAD);

        assertThatThrownBy(() -> stream.send(GOOD)).isInstanceOf(CallException.class);
        assertThatThrownBy(stream::receive).isInstanceOfSatisfying(CallException.class, failure -> {
            assertThat(failure.outcome()).isEqualTo(dev.sallyport.transport.Outcome.APPLICATION_ERROR);
            assertThat(failure.ran()).isTrue();
            assertThat(failure.getSuppressed()).hasSize(1);
        });
        assertThat(written()).hasSize(3);
        assertThat(written().get(2).hasCancel()).isTrue();
        assertThat(dispatcher.inFlight()).isZero();
    }
}
