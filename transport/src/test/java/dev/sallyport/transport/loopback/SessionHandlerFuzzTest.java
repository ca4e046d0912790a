package dev.sallyport.transport.loopback;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import dev.sallyport.proto.WireSpec;
import dev.sallyport.proto.v1.Calls;
import dev.sallyport.proto.v1.Cancel;
import dev.sallyport.proto.v1.Credit;
import dev.sallyport.proto.v1.Goodbye;
import dev.sallyport.proto.v1.Item;
import dev.sallyport.proto.v1.Message;
import dev.sallyport.proto.v1.Outcome;
import dev.sallyport.proto.v1.Ready;
import dev.sallyport.proto.v1.Request;
import dev.sallyport.proto.v1.Response;
import dev.sallyport.transport.CallStream;
import dev.sallyport.transport.Deadline;
import dev.sallyport.transport.GoldenFrames;
import dev.sallyport.transport.Lane;
import dev.sallyport.transport.MethodDescriptor;
import dev.sallyport.transport.PeerId;
import dev.sallyport.transport.RejectReason;
import dev.sallyport.transport.Routes;
import dev.sallyport.transport.TransportObserver;
import dev.sallyport.transport.auth.FrameMac;
import dev.sallyport.transport.auth.FrameSigner;
import dev.sallyport.transport.auth.FrameVerifier;
import dev.sallyport.transport.auth.Label;
import dev.sallyport.transport.auth.MacFactory;
import dev.sallyport.transport.dispatch.DispatchSettings;
import dev.sallyport.transport.dispatch.Dispatcher;
import dev.sallyport.transport.frame.FrameEncoder;
import dev.sallyport.transport.keys.GoldenVector;
import dev.sallyport.transport.keys.Secret;
import dev.sallyport.transport.session.Established;
import dev.sallyport.transport.session.Role;
import dev.sallyport.transport.session.Session;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Any frames to a whole data session with calls of its own in flight: what a peer with keys can do to it. Every frame is given the tag
 * that verifies and, unless the first byte says otherwise, the SEQ and TIME that are due.
 */
class SessionHandlerFuzzTest {

    private static final int WORKER = 1;
    private static final int AS_GIVEN = 2;
    private static final int PAYLOAD_MAX = WireSpec.MAX_PAYLOAD_FLOOR;
    private static final PeerId PEER = new PeerId("group", "worker", 1);
    private static final MethodDescriptor<byte[], byte[]> ECHO = MethodDescriptor.ofBytes("echo");
    private static final MethodDescriptor<byte[], byte[]> FAIL = MethodDescriptor.ofBytes("fail");
    private static final MethodDescriptor<byte[], byte[]> HANG = MethodDescriptor.ofBytes("hang");
    private static final MethodDescriptor<byte[], byte[]> TALK =
            MethodDescriptor.ofBytes("talk").shaped(MethodDescriptor.Shape.BIDIRECTIONAL);

    /** The peer's; a session wipes its own. */
    private static final FrameMac MAC = mac();

    private static final Routes ROUTES = Routes.builder()
            .onEventLoop(ECHO, (call, request) -> request)
            .onEventLoop(FAIL, (call, request) -> {
                throw new IllegalStateException("meant to fail");
            })
            .on(HANG, (call, request) -> request)
            .onStream(TALK, (call, stream) -> {})
            .build();

    static Stream<byte[]> seeds() {
        byte[] requests = frame(
                16,
                100,
                calls(
                        request(2, "echo", false),
                        request(4, "hang", false),
                        request(6, "talk", true),
                        request(8, "fail", false)));
        byte[] more = frame(
                16,
                100,
                calls(
                        Message.newBuilder()
                                .setCallId(6)
                                .setItem(Item.newBuilder().setPayload(ByteString.copyFromUtf8("i"))),
                        Message.newBuilder()
                                .setCallId(6)
                                .setCredit(Credit.newBuilder().setItems(3)),
                        Message.newBuilder()
                                .setCallId(4)
                                .setCancel(Cancel.newBuilder().setReason("r")),
                        Message.newBuilder()
                                .setCallId(6)
                                .setItem(Item.newBuilder().setLast(true))));
        byte[] answers = frame(
                16,
                100,
                calls(
                        Message.newBuilder()
                                .setCallId(1)
                                .setResponse(Response.newBuilder().setOutcome(Outcome.OK)),
                        Message.newBuilder()
                                .setCallId(3)
                                .setItem(Item.newBuilder().setPayload(ByteString.copyFromUtf8("i"))),
                        Message.newBuilder()
                                .setCallId(3)
                                .setCredit(Credit.newBuilder().setItems(2)),
                        Message.newBuilder()
                                .setCallId(3)
                                .setResponse(Response.newBuilder()
                                        .setOutcome(Outcome.CANCELLED)
                                        .setError("e")
                                        .setRan(true))));
        byte[] goodbye = frame(18, 0, Goodbye.newBuilder().setCode(60).build());
        byte[] ready = frame(17, 1, Ready.getDefaultInstance());
        return Stream.of(
                        GoldenFrames.joined(Stream.of(requests, more, answers, goodbye)),
                        GoldenFrames.joined(Stream.of(answers, goodbye, requests)),
                        GoldenFrames.joined(Stream.of(ready, requests, more, answers)))
                .flatMap(stream -> Stream.of(
                        GoldenFrames.behind(stream, 0),
                        GoldenFrames.behind(stream, WORKER),
                        GoldenFrames.behind(stream, AS_GIVEN)));
    }

    private static Message.Builder request(long id, String method, boolean streams) {
        return Message.newBuilder()
                .setCallId(id)
                .setRequest(Request.newBuilder()
                        .setMethod(method)
                        .setTimeoutMs(1000)
                        .setRequestStream(streams)
                        .setResponseStream(streams)
                        .setPayload(ByteString.copyFrom("p", UTF_8)));
    }

    private static Calls calls(Message.Builder... messages) {
        Calls.Builder calls = Calls.newBuilder();
        for (Message.Builder message : messages) {
            calls.addMessages(message);
        }
        return calls.build();
    }

    private static byte[] frame(int type, int kind, MessageLite payload) {
        ByteBuf out = Unpooled.buffer();
        int start = FrameEncoder.begin(out);
        out.writeBytes(payload.toByteArray());
        new FrameSigner(MAC).seal(out, start, type, kind, 1, 0, 0);
        return ByteBufUtil.getBytes(out);
    }

    /** What the session told its observer. */
    private static final class Seen implements TransportObserver {

        final List<RejectReason> rejected = new ArrayList<>();
        int closed;

        @Override
        public void rejected(RejectReason reason, @Nullable PeerId peer, String cause) {
            rejected.add(reason);
        }

        @Override
        public void sessionClosed(PeerId peer, Lane lane, RejectReason reason) {
            closed++;
        }
    }

    @MethodSource("seeds")
    @FuzzTest
    void anyFramesToAWholeSession(byte[] data) {
        if (data.length == 0) {
            return;
        }
        Role role = (data[0] & WORKER) == 0 ? Role.SUPERVISOR : Role.WORKER;
        UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(false, true);
        Seen seen = new Seen();
        EmbeddedChannel channel = new EmbeddedChannel();
        channel.config().setAllocator(allocator);
        Session session = new Session(role, Lane.DATA, 1, 30_000, System.nanoTime());
        Dispatcher dispatcher = dispatcher(role, seen);
        channel.pipeline()
                .addLast(new SessionHandler(
                        channel,
                        new Established(
                                PEER,
                                Lane.DATA,
                                session,
                                PAYLOAD_MAX,
                                new FrameVerifier(mac()),
                                new FrameSigner(mac())),
                        dispatcher,
                        new SessionLimits(10_000, Clocks.SYSTEM),
                        seen));
        CompletableFuture<byte[]> call =
                dispatcher.call(ECHO, new byte[] {1}, Deadline.after(Duration.ofMinutes(1)), Map.of());
        CallStream<byte[], byte[]> stream = dispatcher.open(TALK, Deadline.after(Duration.ofMinutes(1)), Map.of());

        channel.writeInbound(due(data, session));
        stream.close();
        channel.runPendingTasks();
        channel.close();
        channel.runPendingTasks();
        channel.checkException();

        assertThat(seen.rejected).doesNotContain(RejectReason.E_INTERNAL);
        assertThat(seen.rejected.stream()
                        .filter(reason -> reason != RejectReason.E_TRAILING)
                        .count())
                .as("%s", seen.rejected)
                .isLessThanOrEqualTo(1);
        assertThat(seen.closed).isLessThanOrEqualTo(1);
        assertThat(dispatcher.inFlight()).as("calls without an outcome").isZero();
        assertThat(call).isDone();
        channel.releaseOutbound();
        channel.releaseInbound();
        channel.finishAndReleaseAll();
        assertThat(allocator.metric().usedHeapMemory())
                .as("bytes of buffers left")
                .isZero();
    }

    private static FrameMac mac() {
        try (Secret key = GoldenVector.first().secret("lanes/data/k_w2s")) {
            return MacFactory.HMAC_SHA256.create(key, Label.FRAME);
        }
    }

    /** A pool that runs nothing: a request that goes there is being served until it is given up. */
    private static Dispatcher dispatcher(Role role, TransportObserver observer) {
        return new Dispatcher(
                PEER,
                role,
                new DispatchSettings(
                        ROUTES,
                        method -> true,
                        () -> true,
                        PAYLOAD_MAX - WireSpec.UNARY_RESERVE,
                        4,
                        task -> {},
                        Runnable::run,
                        Runnable::run,
                        observer));
    }

    /** The stream with tags, and with the SEQ and TIME that are due, as far as it is cut into frames. */
    private static ByteBuf due(byte[] data, Session session) {
        ByteBuf stream = Unpooled.copiedBuffer(data).skipBytes(1).slice();
        boolean asGiven = (data[0] & AS_GIVEN) != 0;
        int at = 0;
        for (int seq = 0; stream.readableBytes() - at >= WireSpec.LEN_BYTES + WireSpec.LEN_MIN; seq++) {
            long size = WireSpec.LEN_BYTES + stream.getUnsignedInt(at);
            if (size < WireSpec.LEN_BYTES + WireSpec.LEN_MIN || size > stream.readableBytes() - at) {
                break;
            }
            if (!asGiven) {
                stream.setLong(at + WireSpec.OFFSET_SEQ, seq);
                stream.setLong(at + WireSpec.OFFSET_TIME, session.time(System.nanoTime()));
            }
            byte[] tag = new byte[WireSpec.TAG_BYTES];
            MAC.tag(new byte[0], stream, at, (int) size - WireSpec.TAG_BYTES, tag);
            stream.setBytes(at + (int) size - WireSpec.TAG_BYTES, tag);
            at += (int) size;
        }
        return stream;
    }
}
