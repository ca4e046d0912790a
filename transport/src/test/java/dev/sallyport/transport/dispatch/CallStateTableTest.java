package dev.sallyport.transport.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.sallyport.proto.v1.Calls;
import dev.sallyport.proto.v1.Cancel;
import dev.sallyport.proto.v1.Credit;
import dev.sallyport.proto.v1.Item;
import dev.sallyport.proto.v1.Message;
import dev.sallyport.proto.v1.Outcome;
import dev.sallyport.proto.v1.Request;
import dev.sallyport.proto.v1.Response;
import dev.sallyport.transport.CallStream;
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
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Every message of a CALLS frame, for a call in every state, at both ends: against a table written from docs/protocol.md, section 7. What
 * frames may come at all is {@code SessionTableTest}'s, what handshakes {@code HandshakeTableTest}'s.
 */
class CallStateTableTest {

    private static final MethodDescriptor<byte[], byte[]> UNARY = MethodDescriptor.ofBytes("test/unary");
    private static final MethodDescriptor<byte[], byte[]> STREAM =
            MethodDescriptor.ofBytes("test/stream").shaped(MethodDescriptor.Shape.BIDIRECTIONAL);

    /** What a call id stands for when the message comes. */
    private enum State {
        /** An id of the peer that was never used. */
        UNKNOWN,
        /** A unary request of the peer, whose handler has not answered. */
        SERVING_UNARY,
        /** A streaming request of the peer, whose handler has not begun: it has no credit yet. */
        WAITING_STREAM,
        /** A streaming request of the peer, whose handler has not answered. */
        SERVING_STREAM,
        /** A request of the peer that was answered. */
        SERVED,
        /** An id of this side that was never used. */
        NOT_MADE,
        /** A unary call of this side without an answer. */
        MADE_UNARY,
        /** A streaming call of this side without an answer. */
        MADE_STREAM,
        /** A call of this side that was answered. */
        ENDED
    }

    private enum Body {
        REQUEST,
        RESPONSE,
        CANCEL,
        ITEM,
        CREDIT
    }

    private enum Expected {
        ACTS,
        DROPPED,
        E_SEMANTIC,
        E_HS_ORDER
    }

    private static Expected expected(State state, Body body, boolean takesRequests) {
        return switch (body) {
            case REQUEST ->
                switch (state) {
                    case NOT_MADE, MADE_UNARY, MADE_STREAM, ENDED -> Expected.E_SEMANTIC;
                    case UNKNOWN, SERVED -> takesRequests ? Expected.ACTS : Expected.E_HS_ORDER;
                    case SERVING_UNARY, WAITING_STREAM, SERVING_STREAM ->
                        takesRequests ? Expected.E_SEMANTIC : Expected.E_HS_ORDER;
                };
            case RESPONSE -> state == State.MADE_UNARY || state == State.MADE_STREAM ? Expected.ACTS : Expected.DROPPED;
            case CANCEL ->
                switch (state) {
                    case SERVING_UNARY, WAITING_STREAM, SERVING_STREAM -> Expected.ACTS;
                    default -> Expected.DROPPED;
                };
            case ITEM ->
                switch (state) {
                    case SERVING_STREAM, MADE_STREAM -> Expected.ACTS;
                    case MADE_UNARY, WAITING_STREAM -> Expected.E_SEMANTIC;
                    default -> Expected.DROPPED;
                };
            case CREDIT ->
                switch (state) {
                    case WAITING_STREAM, SERVING_STREAM, MADE_STREAM -> Expected.ACTS;
                    default -> Expected.DROPPED;
                };
        };
    }

    /** One side of a session; its handlers run when the test lets them. */
    private static final class Side {
        private final StoppedChannel channel = new StoppedChannel();
        private final Queue<Runnable> handlers = new ArrayDeque<>();
        private final AtomicInteger dropped = new AtomicInteger();
        private final AtomicInteger served = new AtomicInteger();
        private final Role role;
        private final Dispatcher dispatcher;
        private Runnable whileServing = () -> {};
        private boolean takesRequests = true;

        Side(Role role) {
            this.role = role;
            TransportObserver observer = new TransportObserver() {
                @Override
                public void messageDropped(PeerId peer) {
                    dropped.incrementAndGet();
                }

                @Override
                public void requestServed(
                        PeerId peer, String method, dev.sallyport.transport.Outcome outcome, long nanos) {
                    served.incrementAndGet();
                }
            };
            Routes routes = Routes.builder()
                    .on(UNARY, (call, request) -> request)
                    .onStream(STREAM, (call, stream) -> whileServing.run())
                    .build();
            dispatcher = new Dispatcher(
                    new PeerId("group", "worker", 1),
                    role,
                    new DispatchSettings(
                            routes,
                            m -> true,
                            () -> takesRequests,
                            8,
                            3072,
                            handlers::add,
                            Runnable::run,
                            Runnable::run,
                            observer));
            dispatcher.opened(channel);
        }

        /** Brings a call into the state. */
        long callIn(State state) throws ProtocolViolation {
            long peers = role == Role.SUPERVISOR ? 2 : 1;
            long own = role == Role.SUPERVISOR ? 1 : 2;
            return switch (state) {
                case UNKNOWN -> peers + 100;
                case NOT_MADE -> own + 100;
                case SERVING_UNARY, SERVED -> {
                    receive(message(peers, Body.REQUEST, UNARY));
                    if (state == State.SERVED) {
                        handlers.remove().run();
                        assertThat(served).hasValue(1);
                    }
                    yield peers;
                }
                case WAITING_STREAM, SERVING_STREAM -> {
                    receive(message(peers, Body.REQUEST, STREAM));
                    yield peers;
                }
                case MADE_UNARY, ENDED -> {
                    CompletableFuture<byte[]> call =
                            dispatcher.call(UNARY, new byte[1], Deadline.afterMillis(60_000), Map.of());
                    if (state == State.ENDED) {
                        receive(message(own, Body.RESPONSE, UNARY));
                        assertThat(call).isCompleted();
                    }
                    yield own;
                }
                case MADE_STREAM -> {
                    CallStream<byte[], byte[]> stream = dispatcher.open(STREAM, Deadline.afterMillis(60_000), Map.of());
                    assertThat(stream).isNotNull();
                    yield own;
                }
            };
        }

        void receive(Message message) throws ProtocolViolation {
            ByteBuf payload = Unpooled.wrappedBuffer(
                    Calls.newBuilder().addMessages(message).build().toByteArray());
            dispatcher.frame(Kind.CALLS, payload, 0, payload.readableBytes());
            dispatcher.readComplete();
        }

        /** What becomes of a message for a call in the state; while its handler runs, where the state says so. */
        Expected verdict(State state, Message message) {
            if (state != State.SERVING_STREAM) {
                return verdict(message);
            }
            AtomicReference<Expected> said = new AtomicReference<>();
            whileServing = () -> said.set(verdict(message));
            handlers.remove().run();
            return Objects.requireNonNull(said.get(), "the handler did not run");
        }

        private Expected verdict(Message message) {
            int before = dropped.get();
            try {
                receive(message);
            } catch (ProtocolViolation violation) {
                assertThat(violation.reason()).isIn(RejectReason.E_SEMANTIC, RejectReason.E_HS_ORDER);
                assertThat(dropped).hasValue(before);
                return Expected.valueOf(violation.reason().name());
            }
            return dropped.get() == before ? Expected.ACTS : Expected.DROPPED;
        }
    }

    private static Message message(long id, Body body, MethodDescriptor<?, ?> method) {
        boolean streams = method.equals(STREAM);
        Message.Builder message = Message.newBuilder().setCallId(id);
        return switch (body) {
            case REQUEST ->
                message.setRequest(Request.newBuilder()
                                .setMethod(method.name())
                                .setTimeoutMs(1000)
                                .setRequestStream(streams)
                                .setResponseStream(streams))
                        .build();
            case RESPONSE ->
                message.setResponse(Response.newBuilder().setOutcome(Outcome.OK).setRan(true))
                        .build();
            case CANCEL -> message.setCancel(Cancel.getDefaultInstance()).build();
            case ITEM ->
                message.setItem(Item.newBuilder().setPayload(ByteString.copyFromUtf8("x")))
                        .build();
            case CREDIT -> message.setCredit(Credit.newBuilder().setItems(1)).build();
        };
    }

    @TestFactory
    @DisplayName("every message for a call in every state, at both ends, before and after requests may come")
    Stream<DynamicTest> everyMessageForACallInEveryState() {
        List<DynamicTest> tests = new ArrayList<>();
        for (Role role : Role.values()) {
            for (boolean takesRequests : new boolean[] {true, false}) {
                for (State state : State.values()) {
                    for (Body body : Body.values()) {
                        String name = role + (takesRequests ? "" : " before READY") + ", " + state + ", " + body;
                        tests.add(DynamicTest.dynamicTest(name, () -> {
                            Side side = new Side(role);
                            long id = side.callIn(state);
                            side.takesRequests = takesRequests;
                            assertThat(side.verdict(state, message(id, body, UNARY)))
                                    .isEqualTo(expected(state, body, takesRequests));
                        }));
                    }
                }
            }
        }
        return tests.stream();
    }
}
