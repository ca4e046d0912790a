package dev.sallyport.transport.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.sallyport.proto.v1.Calls;
import dev.sallyport.proto.v1.Message;
import dev.sallyport.proto.v1.Request;
import dev.sallyport.transport.Deadline;
import dev.sallyport.transport.MethodDescriptor;
import dev.sallyport.transport.Outcome;
import dev.sallyport.transport.PeerId;
import dev.sallyport.transport.Routes;
import dev.sallyport.transport.TransportObserver;
import dev.sallyport.transport.session.Kind;
import dev.sallyport.transport.session.Role;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is told of the time of requests, though the clock is read once for many of them. */
class LoopTimeTest {

    private static final MethodDescriptor<byte[], byte[]> SPIN = MethodDescriptor.ofBytes("test/spin");
    private static final long SPIN_NANOS = 200_000;

    private final List<Long> served = new ArrayList<>();
    private final List<Deadline> deadlines = new ArrayList<>();
    private final Dispatcher dispatcher = new Dispatcher(
            new PeerId("group", "worker", 1),
            Role.SUPERVISOR,
            new DispatchSettings(
                    Routes.builder()
                            .onEventLoop(SPIN, (call, request) -> {
                                deadlines.add(call.deadline());
                                long start = System.nanoTime();
                                while (System.nanoTime() - start < SPIN_NANOS) {
                                    Thread.onSpinWait();
                                }
                                return request;
                            })
                            .build(),
                    method -> true,
                    () -> true,
                    16,
                    4096,
                    Runnable::run,
                    Runnable::run,
                    Runnable::run,
                    new TransportObserver() {
                        @Override
                        public void requestServed(PeerId peer, String method, Outcome outcome, long nanos) {
                            served.add(nanos);
                        }
                    }));

    private static Message request(long id, int timeoutMillis) {
        return Message.newBuilder()
                .setCallId(id)
                .setRequest(Request.newBuilder()
                        .setMethod(SPIN.name())
                        .setTimeoutMs(timeoutMillis)
                        .setPayload(ByteString.EMPTY))
                .build();
    }

    private void frame(Message... messages) throws Exception {
        ByteBuf payload = Unpooled.wrappedBuffer(
                Calls.newBuilder().addAllMessages(List.of(messages)).build().toByteArray());
        dispatcher.frame(Kind.CALLS, payload, 0, payload.readableBytes());
        dispatcher.readComplete();
    }

    @Test
    void eachRequestOfAFrameHasTheTimeOfItsOwnHandler() throws Exception {
        dispatcher.opened(new StoppedChannel());

        long start = System.nanoTime();
        frame(request(2, 1000), request(4, 1000), request(6, 1000));
        long elapsed = System.nanoTime() - start;

        assertThat(served).hasSize(3).allSatisfy(nanos -> assertThat(nanos).isGreaterThanOrEqualTo(SPIN_NANOS));
        assertThat(served.stream().mapToLong(Long::longValue).sum()).isLessThanOrEqualTo(elapsed);
    }

    @Test
    void theTimeOutOnTheWireIsOneMillisecondTo49Days() {
        assertThat(RequestHead.timeoutMillis(-5)).isOne();
        assertThat(RequestHead.timeoutMillis(1_999_999)).isOne();
        assertThat(RequestHead.timeoutMillis(7_000_000)).isEqualTo(7);
        assertThat(RequestHead.timeoutMillis(Duration.ofDays(60).toNanos())).isEqualTo(0xFFFF_FFFFL);
    }

    @Test
    void aDeadlineCountsFromTheFrame() throws Exception {
        dispatcher.opened(new StoppedChannel());

        long before = System.nanoTime();
        frame(request(2, 1000));
        frame(request(4, 5000));
        long behind = System.nanoTime();

        assertThat(deadlines.get(0).nanoTime() - before).isBetween(1_000_000_000L, 1_000_000_000L + behind - before);
        assertThat(deadlines.get(1).nanoTime() - before)
                .isBetween(5_000_000_000L + SPIN_NANOS, 5_000_000_000L + behind - before);
    }
}
