package dev.sallyport.transport.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.sallyport.proto.v1.Calls;
import dev.sallyport.proto.v1.Cancel;
import dev.sallyport.proto.v1.Item;
import dev.sallyport.proto.v1.Message;
import dev.sallyport.proto.v1.Outcome;
import dev.sallyport.proto.v1.Request;
import dev.sallyport.transport.CallException;
import dev.sallyport.transport.CallStream;
import dev.sallyport.transport.Codec;
import dev.sallyport.transport.Deadline;
import dev.sallyport.transport.MethodDescriptor;
import dev.sallyport.transport.PeerId;
import dev.sallyport.transport.RejectReason;
import dev.sallyport.transport.Routes;
import dev.sallyport.transport.TransportObserver;
import dev.sallyport.transport.frame.ProtocolViolation;
import dev.sallyport.transport.session.Kind;
import dev.sallyport.transport.session.Role;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The limits of one session's calls, on a channel that the test opens and shuts. */
class DispatcherTest {

    private static final int LIMIT = 8;
    private static final int MAX_PAYLOAD = 8192;
    private static final MethodDescriptor<byte[], byte[]> ECHO = MethodDescriptor.ofBytes("test/echo");
    private static final MethodDescriptor<byte[], byte[]> ENDING = MethodDescriptor.ofBytes("test/ending");
    private static final MethodDescriptor<byte[], byte[]> POOLED = MethodDescriptor.ofBytes("test/pooled");
    private static final MethodDescriptor<byte[], byte[]> STREAM =
            MethodDescriptor.ofBytes("test/stream").shaped(MethodDescriptor.Shape.BIDIRECTIONAL);
    private static final MethodDescriptor<byte[], byte[]> BROKEN =
            new MethodDescriptor<>("test/broken", Codec.bytes(), new Unwritable(), MethodDescriptor.Shape.UNARY);

    /** Promises a byte and does not put it. */
    private static final class Unwritable implements Codec<byte[]> {

        @Override
        public int size(byte[] value) {
            return 1;
        }

        @Override
        public void write(byte[] value, ByteBuffer out) {
            throw new IllegalStateException("a codec of the test");
        }

        @Override
        public byte[] read(ByteBuffer in) {
            return new byte[0];
        }
    }

    private final StoppedChannel channel = new StoppedChannel();
    private final Queue<Runnable> handlers = new ArrayDeque<>();
    private final Routes routes = Routes.builder()
            .onEventLoop(ECHO, (call, request) -> request)
            .on(POOLED, (call, request) -> request)
            .onEventLoop(BROKEN, (call, request) -> request)
            .onStream(STREAM, (call, stream) -> whileStreaming())
            .onEventLoop(ENDING, (call, request) -> {
                endSession();
                return request;
            })
            .build();
    private final Dispatcher dispatcher = new Dispatcher(
            new PeerId("group", "worker", 1),
            Role.SUPERVISOR,
            new DispatchSettings(
                    routes,
                    method -> true,
                    () -> true,
                    LIMIT,
                    MAX_PAYLOAD - 1024,
                    handlers::add,
                    Runnable::run,
                    Runnable::run,
                    TransportObserver.NONE));
    private Step inStream = () -> {};
    private boolean streamed;
    private long nextId = 2;

    /** What the test does while a handler of a stream runs. */
    private interface Step {
        void run() throws Exception;
    }

    private void whileStreaming() {
        try {
            inStream.run();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private void endSession() {
        dispatcher.closed(RejectReason.E_REVOKED);
    }

    @BeforeEach
    void open() {
        dispatcher.opened(channel);
    }

    private void request(MethodDescriptor<?, ?> method) throws Exception {
        Message message = Message.newBuilder()
                .setCallId(nextId)
                .setRequest(Request.newBuilder()
                        .setMethod(method.name())
                        .setTimeoutMs(1000)
                        .setPayload(ByteString.copyFrom(new byte[100])))
                .build();
        nextId += 2;
        receive(message);
    }

    private void receive(Message message) throws Exception {
        handle(message);
        dispatcher.readComplete();
    }

    private void handle(Message... messages) throws Exception {
        ByteBuf payload = Unpooled.wrappedBuffer(
                Calls.newBuilder().addAllMessages(List.of(messages)).build().toByteArray());
        dispatcher.frame(Kind.CALLS, payload, 0, payload.readableBytes());
    }

    private List<Outcome> answers() throws Exception {
        return messages().stream()
                .map(message -> message.getResponse().getOutcome())
                .toList();
    }

    private List<Message> messages() throws Exception {
        List<Message> messages = new ArrayList<>();
        for (byte[] frame : channel.frames) {
            messages.addAll(Calls.parseFrom(frame).getMessagesList());
        }
        channel.frames.clear();
        return messages;
    }

    @Test
    void answersLeaveInTheMiddleOfALongRead() throws Exception {
        for (int i = 1; i < SendQueue.FRAME_TARGET_MESSAGES; i++) {
            readOn();
        }
        assertThat(channel.frames).isEmpty();
        readOn();
        assertThat(channel.frames).hasSize(1);
        assertThat(answers()).hasSize(SendQueue.FRAME_TARGET_MESSAGES);
        readOn();
        assertThat(channel.frames).isEmpty();
        dispatcher.readComplete();
        assertThat(answers()).containsExactly(Outcome.OK);
    }

    /** A small request in the middle of a read. */
    private void readOn() throws Exception {
        Message message = Message.newBuilder()
                .setCallId(nextId)
                .setRequest(Request.newBuilder()
                        .setMethod(ECHO.name())
                        .setTimeoutMs(1000)
                        .setPayload(ByteString.copyFrom(new byte[100])))
                .build();
        nextId += 2;
        handle(message);
    }

    @Test
    void answersThatThePeerDoesNotTakeCountAsCalls() throws Exception {
        channel.writable = false;
        for (int i = 0; i < 3 * LIMIT; i++) {
            request(ECHO);
        }
        assertThat(channel.frames).isEmpty();

        channel.writable = true;
        dispatcher.writabilityChanged();

        List<Outcome> expected = new ArrayList<>();
        IntStream.range(0, LIMIT).forEach(i -> expected.add(Outcome.OK));
        IntStream.range(0, 2 * LIMIT).forEach(i -> expected.add(Outcome.OVERLOADED));
        assertThat(answers()).isEqualTo(expected);
    }

    @Test
    void answersThatWereTakenDoNotCount() throws Exception {
        for (int i = 0; i < 5 * LIMIT; i++) {
            request(ECHO);
        }
        assertThat(answers()).hasSize(5 * LIMIT).containsOnly(Outcome.OK);
    }

    @Test
    void anAnswerThatCannotBeWrittenCountsNoLonger() throws Exception {
        for (int i = 0; i < 3 * LIMIT; i++) {
            request(BROKEN);
        }
        dispatcher.readComplete();
        assertThat(answers()).hasSize(3 * LIMIT).containsOnly(Outcome.APPLICATION_ERROR);
        request(ECHO);
        assertThat(answers()).containsExactly(Outcome.OK);
    }

    /** A stream behind it got a handler that waited for good: nothing cancels it any more. */
    @Test
    void nothingActsBehindTheEndOfTheSession() throws Exception {
        Message ending = Message.newBuilder()
                .setCallId(2)
                .setRequest(Request.newBuilder().setMethod(ENDING.name()).setTimeoutMs(1000))
                .build();
        Message behind = Message.newBuilder()
                .setCallId(4)
                .setRequest(Request.newBuilder().setMethod(POOLED.name()).setTimeoutMs(1000))
                .build();
        handle(ending, behind);
        assertThat(handlers).isEmpty();
        assertThat(dispatcher.serving()).isZero();
    }

    private static Message opening(long id) {
        return Message.newBuilder()
                .setCallId(id)
                .setRequest(Request.newBuilder()
                        .setMethod(STREAM.name())
                        .setTimeoutMs(60_000)
                        .setRequestStream(true)
                        .setResponseStream(true))
                .build();
    }

    private static Message item(long id) {
        return Message.newBuilder()
                .setCallId(id)
                .setItem(Item.newBuilder().setPayload(ByteString.copyFrom(new byte[100])))
                .build();
    }

    /** Each had credit for 16 items at once, of the largest size, while it waited for a thread. */
    @Test
    void streamsThatWaitForAThreadTakeNoItems() throws Exception {
        for (int i = 0; i < LIMIT; i++) {
            receive(opening(2 + 2 * i));
        }
        assertThat(messages()).isEmpty();
        assertThatThrownBy(() -> handle(item(2)))
                .isInstanceOfSatisfying(
                        ProtocolViolation.class, e -> assertThat(e.reason()).isEqualTo(RejectReason.E_SEMANTIC));
    }

    @Test
    void aStreamWhoseHandlerBeginsTakesAWindowOfItems() throws Exception {
        receive(opening(2));
        inStream = () -> {
            assertThat(messages())
                    .singleElement()
                    .satisfies(message ->
                            assertThat(message.getCredit().getItems()).isEqualTo(CallStream.WINDOW));
            for (int i = 0; i < CallStream.WINDOW; i++) {
                handle(item(2));
            }
            assertThatThrownBy(() -> handle(item(2))).isInstanceOf(ProtocolViolation.class);
            streamed = true;
        };
        handlers.remove().run();
        assertThat(streamed).isTrue();
        assertThat(answers()).containsExactly(Outcome.OK);
    }

    private void cancel(long id) throws Exception {
        receive(Message.newBuilder()
                .setCallId(id)
                .setCancel(Cancel.getDefaultInstance())
                .build());
    }

    @Test
    void requestsThatWereGivenUpCountUntilTheirHandlersAreThrough() throws Exception {
        for (int i = 0; i < 3 * LIMIT; i++) {
            request(POOLED);
            cancel(nextId - 2);
        }
        assertThat(handlers).as("what waits for a thread").hasSize(LIMIT);
        assertThat(answers()).hasSize(2 * LIMIT).containsOnly(Outcome.OVERLOADED);
        assertThat(dispatcher.serving()).isZero();

        handlers.forEach(Runnable::run);
        handlers.clear();
        request(POOLED);
        assertThat(handlers).hasSize(1);
        handlers.remove().run();
        assertThat(answers()).containsExactly(Outcome.OK);
    }

    /** What a thousand handlers that never begin would hold, a peer could make this side hold. */
    @Test
    void aRequestThatWasGivenUpBeforeItBeganHoldsNoPayload() throws Exception {
        request(POOLED);
        InboundCall<?, ?> waiting = (InboundCall<?, ?>) handlers.remove();
        var payload = InboundCall.class.getDeclaredField("request");
        payload.setAccessible(true);
        assertThat(payload.get(waiting)).isNotNull();
        cancel(2);
        assertThat(payload.get(waiting)).isNull();
        waiting.run();
        assertThat(answers()).isEmpty();
    }

    /** Answers to these wait: the peer takes nothing. */
    private CompletableFuture<Void> drainWithAnswersWaiting() throws Exception {
        channel.writable = false;
        for (int i = 0; i < LIMIT; i++) {
            request(POOLED);
        }
        dispatcher.closeIngress();
        CompletableFuture<Void> drained = dispatcher.drained();
        handlers.forEach(Runnable::run);
        assertThat(dispatcher.serving()).isZero();
        assertThat(drained).isNotDone();
        return drained;
    }

    /** It was done with the last handler, and the close behind it threw the answers away. */
    @Test
    void aDrainLastsUntilTheAnswersAreWritten() throws Exception {
        CompletableFuture<Void> drained = drainWithAnswersWaiting();
        CompletableFuture<Integer> framesThen = drained.thenApply(done -> channel.frames.size());

        channel.writable = true;
        dispatcher.writabilityChanged();

        assertThat(framesThen)
                .as("whole frames, when what hangs on the drain runs")
                .isCompletedWithValue(1);
        assertThat(answers()).hasSize(LIMIT).containsOnly(Outcome.OK);
    }

    @Test
    void aDrainEndsWithItsSession() throws Exception {
        CompletableFuture<Void> drained = drainWithAnswersWaiting();
        dispatcher.closed(RejectReason.E_IDLE);
        assertThat(drained).isCompleted();
    }

    @Test
    void aDrainWithoutRequestsIsDoneAtOnce() {
        dispatcher.closeIngress();
        assertThat(dispatcher.drained()).isCompleted();
    }

    private static Map<String, String> metadata(int entries, int bytes) {
        return IntStream.range(0, entries)
                .boxed()
                .collect(Collectors.toMap(i -> "k" + i, i -> "v".repeat(bytes / entries)));
    }

    private CompletableFuture<byte[]> call(Map<String, String> metadata, int body) {
        return dispatcher.call(ECHO, new byte[body], Deadline.afterMillis(60_000), metadata);
    }

    private Request sent() throws Exception {
        Request request = Calls.parseFrom(channel.frames.get(0)).getMessages(0).getRequest();
        assertThat(channel.frames.get(0).length).isLessThanOrEqualTo(MAX_PAYLOAD);
        channel.frames.clear();
        return request;
    }

    private void assertTooLarge(Map<String, String> metadata, int body, String told) {
        assertThatThrownBy(() -> call(metadata, body).join())
                .cause()
                .isInstanceOfSatisfying(CallException.class, failure -> {
                    assertThat(failure.outcome()).isEqualTo(dev.sallyport.transport.Outcome.TOO_LARGE);
                    assertThat(failure.ran()).isFalse();
                })
                .hasMessageContaining(told);
        assertThat(channel.frames).isEmpty();
    }

    @Test
    void metadataHasSixtyFourEntries() throws Exception {
        CompletableFuture<byte[]> call = call(metadata(64, 64), 0);
        assertThat(call).isNotDone();
        assertThat(sent().getMetadataMap()).isEqualTo(metadata(64, 64));
        assertTooLarge(metadata(65, 65), 0, "64 entries");
    }

    /** It was read when the request was written: with another call's entries, or too many, which ended the session. */
    @Test
    void metadataMayBeChangedAsSoonAsTheCallIsMade() throws Exception {
        channel.writable = false;
        Map<String, String> reused = new HashMap<>(Map.of("k", "of this call"));
        call(reused, 1);
        dispatcher.send(ECHO, new byte[1], reused);
        dispatcher.open(STREAM, Deadline.afterMillis(60_000), reused);
        reused.clear();
        reused.putAll(metadata(65, 65));

        channel.writable = true;
        dispatcher.writabilityChanged();

        assertThat(messages())
                .hasSize(3)
                .allSatisfy(message -> assertThat(message.getRequest().getMetadataMap())
                        .containsExactly(Map.entry("k", "of this call")));
    }

    @Test
    void metadataTakesWhatTheBodyLeavesOfTheFrame() throws Exception {
        call(metadata(1, 800), MAX_PAYLOAD - 1024);
        assertThat(sent().getMetadataMap()).isEqualTo(metadata(1, 800));
        call(metadata(1, 3900), 10);
        assertThat(sent().getMetadataMap()).isEqualTo(metadata(1, 3900));

        assertTooLarge(metadata(1, 1024), MAX_PAYLOAD - 1024, "max_payload_bytes");
        assertTooLarge(metadata(1, MAX_PAYLOAD), 0, "max_payload_bytes");
        assertThat(dispatcher.inFlight()).isEqualTo(2);
    }

    @Test
    void theLongestNameAndTheLargestBodyLeaveRoomForMetadata() throws Exception {
        MethodDescriptor<byte[], byte[]> longest = MethodDescriptor.ofBytes("m".repeat(64) + "/" + "n".repeat(63));
        dispatcher.call(longest, new byte[MAX_PAYLOAD - 1024], Deadline.afterMillis(60_000), metadata(1, 800));
        assertThat(sent().getMetadataMap()).isEqualTo(metadata(1, 800));
    }
}
