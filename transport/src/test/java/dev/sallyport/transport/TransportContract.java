package dev.sallyport.transport;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.sallyport.proto.v1.WorkerStatus;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What every transport does, whatever it runs over. */
@ExtendWith(NoLeaks.class)
public abstract class TransportContract {

    private static final MethodDescriptor<byte[], byte[]> ECHO = MethodDescriptor.ofBytes("test/echo");
    private static final MethodDescriptor<byte[], byte[]> FAST = MethodDescriptor.ofBytes("test/fast");
    private static final MethodDescriptor<byte[], byte[]> FAIL = MethodDescriptor.ofBytes("test/fail");
    private static final MethodDescriptor<byte[], byte[]> HANG = MethodDescriptor.ofBytes("test/hang");
    private static final MethodDescriptor<byte[], byte[]> WHO = MethodDescriptor.ofBytes("test/who");
    private static final MethodDescriptor<byte[], byte[]> ONE_WAY = MethodDescriptor.ofBytes("test/one-way");
    private static final MethodDescriptor<byte[], byte[]> RELAY = MethodDescriptor.ofBytes("test/relay");
    private static final MethodDescriptor<byte[], byte[]> FAR = MethodDescriptor.ofBytes("test/far");
    private static final MethodDescriptor<byte[], byte[]> NOWHERE = MethodDescriptor.ofBytes("test/nowhere");

    private static final MethodDescriptor<byte[], byte[]> COUNT =
            MethodDescriptor.ofBytes("test/count").shaped(MethodDescriptor.Shape.SERVER_STREAM);
    private static final MethodDescriptor<byte[], byte[]> SUM =
            MethodDescriptor.ofBytes("test/sum").shaped(MethodDescriptor.Shape.CLIENT_STREAM);
    private static final MethodDescriptor<byte[], byte[]> TALK =
            MethodDescriptor.ofBytes("test/talk").shaped(MethodDescriptor.Shape.BIDIRECTIONAL);

    private final List<byte[]> oneWays = new CopyOnWriteArrayList<>();
    private final AtomicBoolean begun = new AtomicBoolean();
    private final AtomicBoolean sawCancel = new AtomicBoolean();
    private Transport transport;
    private TransportServer server;

    protected abstract Transport create(TransportConfig config);

    protected Routes routes() {
        return Routes.builder()
                .on(ECHO, (call, request) -> request)
                .onEventLoop(FAST, (call, request) -> request)
                .on(FAIL, (call, request) -> {
                    if (request.length == 0) {
                        throw new IllegalStateException("inner text");
                    }
                    throw new HandlerException("told", request);
                })
                .on(HANG, (call, request) -> {
                    CountDownLatch cancelled = new CountDownLatch(1);
                    begun.set(true);
                    call.onCancel(() -> {
                        sawCancel.set(true);
                        cancelled.countDown();
                    });
                    cancelled.await();
                    return request;
                })
                .onStream(COUNT, (call, stream) -> {
                    byte[] request = stream.receive();
                    for (int i = 0; request != null && i < request[0]; i++) {
                        stream.send(new byte[] {(byte) i});
                    }
                })
                .onStream(SUM, (call, stream) -> {
                    int sum = 0;
                    for (byte[] item = stream.receive(); item != null; item = stream.receive()) {
                        sum += item.length;
                    }
                    stream.send(String.valueOf(sum).getBytes(UTF_8));
                })
                .onStream(TALK, (call, stream) -> {
                    call.onCancel(() -> sawCancel.set(true));
                    if (call.metadata().containsKey("k")) {
                        stream.send(call.metadata().get("k").getBytes(UTF_8));
                    }
                    for (byte[] item = stream.receive(); item != null; item = stream.receive()) {
                        stream.send(item);
                    }
                })
                .on(ONE_WAY, (call, request) -> {
                    oneWays.add(request);
                    call.metadata().values().forEach(value -> oneWays.add(value.getBytes(UTF_8)));
                    return request;
                })
                .on(
                        RELAY,
                        (call, request) -> server.connection(call.peer())
                                .call(
                                        request.length == 0 ? FAR : HANG,
                                        request,
                                        call.deadline(),
                                        Objects.requireNonNull(call.trace())
                                                .child()
                                                .metadata())
                                .get())
                .on(FAR, (call, request) -> {
                    CallContext.Trace trace = Objects.requireNonNull(call.trace());
                    return (call.deadline().remaining().toMillis() + " " + trace.parent() + " " + trace.state())
                            .getBytes(UTF_8);
                })
                .on(WHO, (call, request) -> (call.peer() + " " + call.metadata().get("k")).getBytes(UTF_8))
                .build();
    }

    @BeforeEach
    void open() {
        transport = create(TransportConfig.builder().maxConcurrentCalls(100).build());
        server = transport.bind(routes());
    }

    @AfterEach
    void close() {
        transport.close();
    }

    private Connection connect() {
        PeerSpec spec = PeerSpec.of("group", "worker")
                .mayCall(ECHO, FAST, FAIL, HANG, WHO, RELAY, NOWHERE, COUNT, SUM, TALK, ONE_WAY);
        return transport.connect(server.issue(spec), routes());
    }

    private static Deadline soon() {
        return Deadline.after(Patience.LIMIT);
    }

    private static CallException failure(CompletableFuture<?> call) {
        Throwable thrown = catchThrowable(() -> call.get(Patience.LIMIT.toSeconds(), TimeUnit.SECONDS));
        if (thrown instanceof ExecutionException wrapper && wrapper.getCause() instanceof CallException failure) {
            return failure;
        }
        throw new AssertionError("the call did not fail with a CallException", thrown);
    }

    @Test
    void callsGoBothWays() throws Exception {
        Connection worker = connect();
        assertThat(worker.call(ECHO, "up".getBytes(UTF_8), soon()).get())
                .asString(UTF_8)
                .isEqualTo("up");
        Connection peer = server.connection(worker.peer());
        Awaitility.await().until(peer::isOpen);
        assertThat(peer.call(FAST, "down".getBytes(UTF_8), soon()).get())
                .asString(UTF_8)
                .isEqualTo("down");
    }

    @Test
    void manyCallsAtOnceEachGetTheirOwnAnswer() throws Exception {
        Connection worker = connect();
        for (int round = 0; round < 20; round++) {
            List<CompletableFuture<byte[]>> calls = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                calls.add(worker.call(i % 2 == 0 ? ECHO : FAST, new byte[i * 97], soon()));
            }
            for (int i = 0; i < calls.size(); i++) {
                assertThat(calls.get(i).get()).hasSize(i * 97);
            }
        }
        assertThat(worker.inFlight()).isZero();
    }

    @Test
    void handlersSeeTheIdentityOfTheSessionAndTheMetadata() throws Exception {
        byte[] reply =
                connect().call(WHO, new byte[0], soon(), Map.of("k", "v")).get();
        assertThat(reply).asString(UTF_8).isEqualTo("group/worker#1 v");
    }

    @Test
    void stagesRunAwayFromTheEventLoop() throws Exception {
        AtomicReference<String> thread = new AtomicReference<>();
        connect().call(HANG, new byte[0], soon());
        connectSecond()
                .call(ECHO, new byte[0], soon())
                .thenAccept(reply -> thread.set(Thread.currentThread().getName()))
                .get();
        assertThat(thread.get()).doesNotContain("data").doesNotContain("control");
    }

    private Connection connectSecond() {
        return transport.connect(server.issue(PeerSpec.of("group", "second").mayCall(ECHO)), routes());
    }

    @Test
    void Q03_deadlineWhileRunning_endsAtTheCallerAndReachesTheHandler() {
        Connection worker = connect();
        List<CallException> late = new ArrayList<>();
        for (int millis = 100; !begun.get(); millis *= 2) {
            late.add(failure(worker.call(HANG, new byte[0], Deadline.afterMillis(millis))));
        }
        assertThat(late).extracting(CallException::outcome).containsOnly(Outcome.DEADLINE_EXCEEDED);
        assertThat(late).last().satisfies(last -> assertThat(last.ran()).isTrue());
        Awaitility.await().untilTrue(sawCancel);
    }

    @Test
    void cancellingTheFutureReachesTheHandler() {
        Connection worker = connect();
        CompletableFuture<byte[]> call = worker.call(HANG, new byte[0], soon());
        Awaitility.await().untilTrue(begun);
        assertThat(call.cancel(true)).isTrue();
        assertThat(call).isCancelled();
        Awaitility.await().until(() -> worker.inFlight() == 0);
        Awaitility.await().untilTrue(sawCancel);
    }

    private void reopenWithOneHandlerThread() {
        transport.close();
        transport = create(TransportConfig.builder().handlerThreads(1).build());
        server = transport.bind(routes());
    }

    @Test
    void aPeerThatHoldsAllItsHandlersKeepsNoneFromTheOthers() throws Exception {
        reopenWithOneHandlerThread();
        Connection holder = connect();
        for (int i = 0; i < 10; i++) {
            holder.call(HANG, new byte[0], soon());
        }
        Awaitility.await().untilTrue(begun);

        byte[] reply =
                connectSecond().call(ECHO, new byte[3], soon()).get(Patience.LIMIT.toSeconds(), TimeUnit.SECONDS);

        assertThat(reply).hasSize(3);
        assertThat(holder.inFlight()).as("calls that still wait").isEqualTo(10);
    }

    /** Actions queued behind the handlers that waited for them: no thread of the pool ever came back. */
    @Test
    void cancelActionsRunWhileEveryHandlerThreadIsTaken() throws Exception {
        reopenWithOneHandlerThread();
        Connection worker = connect();
        CompletableFuture<byte[]> hanging = worker.call(HANG, new byte[0], soon());
        Awaitility.await().untilTrue(begun);

        hanging.cancel(true);

        Awaitility.await().untilTrue(sawCancel);
        assertThat(worker.call(ECHO, new byte[3], soon()).get()).hasSize(3);
    }

    /** The waiting thread slept until the call itself ended, and the handler never heard of it. */
    @Test
    void aTimeoutOfTheFutureWakesItsWaiterAndReachesTheHandler() throws Exception {
        Connection worker = connect();
        CompletableFuture<byte[]> call = worker.call(HANG, new byte[0], Deadline.after(Duration.ofDays(1)));
        Awaitility.await().untilTrue(begun);

        CompletableFuture<Throwable> waiter = CompletableFuture.supplyAsync(() ->
                catchThrowable(() -> call.orTimeout(20, TimeUnit.MILLISECONDS).join()));

        assertThat(waiter.get(Patience.LIMIT.toSeconds(), TimeUnit.SECONDS)).hasCauseInstanceOf(TimeoutException.class);
        Awaitility.await().untilTrue(sawCancel);
        Awaitility.await().until(() -> worker.inFlight() == 0);
    }

    /** A machine that is busy may let a short deadline pass before the call is made. */
    private static CallStream<byte[], byte[]> openedInTime(Connection worker) {
        for (int millis = 50; ; millis *= 2) {
            try {
                return worker.open(COUNT, Deadline.afterMillis(millis));
            } catch (CallException late) {
                assertThat(late.outcome()).isEqualTo(Outcome.DEADLINE_EXCEEDED);
            }
        }
    }

    @Test
    void aStreamThatIsOpenedAndNeverSentEndsAtItsDeadline() {
        Connection worker = connect();
        CallStream<byte[], byte[]> unsent = openedInTime(worker);
        Awaitility.await().until(() -> worker.inFlight() == 0);
        assertThat(catchThrowable(() -> {
                    unsent.send(new byte[] {1});
                    unsent.receive();
                }))
                .isInstanceOfSatisfying(CallException.class, late -> {
                    assertThat(late.outcome()).isEqualTo(Outcome.DEADLINE_EXCEEDED);
                    assertThat(late.ran()).isFalse();
                });
        assertThat(catchThrowable(() -> worker.open(COUNT, Deadline.afterMillis(0))))
                .isInstanceOfSatisfying(
                        CallException.class, late -> assertThat(late.outcome()).isEqualTo(Outcome.DEADLINE_EXCEEDED));
        assertThat(worker.inFlight()).isZero();
    }

    @Test
    void Q04_aBodyAtTheLimitPasses_andOneAboveIsRefusedAtTheSender() throws Exception {
        Connection worker = connect();
        int max = TransportConfig.defaults().maxBodyBytes();
        assertThat(worker.call(FAST, new byte[max], soon()).get()).hasSize(max);
        CallException tooLarge = failure(worker.call(FAST, new byte[max + 1], soon()));
        assertThat(tooLarge.outcome()).isEqualTo(Outcome.TOO_LARGE);
        assertThat(tooLarge.ran()).isFalse();
        assertThat(tooLarge).hasMessageContaining("max_payload_bytes");
        assertThat(worker.call(FAST, new byte[1], soon()).get()).hasSize(1);
    }

    @Test
    void Q05_aFailingHandlerTellsNoMoreThanItMeansTo() {
        Connection worker = connect();
        CallException silent = failure(worker.call(FAIL, new byte[0], soon()));
        assertThat(silent.outcome()).isEqualTo(Outcome.APPLICATION_ERROR);
        assertThat(silent).hasMessageNotContaining("inner text");
        CallException told = failure(worker.call(FAIL, new byte[] {7}, soon()));
        assertThat(told).hasMessageContaining("told");
        assertThat(told.details()).containsExactly(7);
    }

    @Test
    void Q06_moreCallsThanTheLimitAreShedAtOnce() {
        Connection worker = connect();
        for (int i = 0; i < 100; i++) {
            worker.call(HANG, new byte[0], soon());
        }
        CallException shed = failure(worker.call(ECHO, new byte[0], soon()));
        assertThat(shed.outcome()).isEqualTo(Outcome.OVERLOADED);
        assertThat(shed.ran()).isFalse();
    }

    @Test
    void aMethodThatWasNotAllowedIsDenied_andAnUnknownOneSaysSo() {
        assertThat(failure(connectSecond().call(FAST, new byte[0], soon())).outcome())
                .isEqualTo(Outcome.PERMISSION_DENIED);
        assertThat(failure(connect().call(NOWHERE, new byte[0], soon())).outcome())
                .isEqualTo(Outcome.UNKNOWN_METHOD);
    }

    @Test
    void revokingAPeerEndsItsCallsAtOnce() {
        Connection worker = connect();
        Connection peer = server.connection(worker.peer());
        Awaitility.await().until(peer::isOpen);
        CompletableFuture<byte[]> down = peer.call(HANG, new byte[0], soon());
        CompletableFuture<byte[]> up = worker.call(HANG, new byte[0], soon());
        server.revoke(worker.peer());
        assertThat(failure(down).outcome()).isEqualTo(Outcome.WORKER_LOST);
        assertThat(failure(up).outcome()).isEqualTo(Outcome.WORKER_LOST);
        assertThat(worker.closed().join()).isEqualTo(RejectReason.E_REVOKED);
    }

    @Test
    void givingUpWhatIsServedSaysWhetherItRan() {
        PeerSpec spec = PeerSpec.of("group", "worker");
        Credential credential = server.issue(spec);
        try (ControlLink link = transport.attach(credential, ControlLink.Listener.NONE)) {
            link.openData(routes());
            link.report(
                    WorkerStatus.newBuilder().setPhase(WorkerStatus.Phase.READY).build());
            Connection peer = server.connection(spec.id());
            Awaitility.await().until(peer::isOpen);
            CompletableFuture<byte[]> call = peer.call(HANG, new byte[0], soon());
            Awaitility.await().until(begun::get);

            assertThat(link.cancelServing()).isEqualTo(1);

            CallException failure = failure(call);
            assertThat(failure.outcome()).isEqualTo(Outcome.CANCELLED);
            assertThat(failure.ran()).isTrue();
            assertThat(link.serving()).isZero();
        }
    }

    @Test
    void aDataLaneThatOpensBehindTheStopTakesNoCalls() {
        PeerSpec spec = PeerSpec.of("group", "worker");
        try (ControlLink link = transport.attach(server.issue(spec), ControlLink.Listener.NONE)) {
            link.closeIngress();
            assertThat(link.drained()).isCompleted();
            link.openData(routes());
            link.report(
                    WorkerStatus.newBuilder().setPhase(WorkerStatus.Phase.READY).build());
            Connection peer = server.connection(spec.id());
            Awaitility.await().until(peer::isOpen);

            CallException failure = failure(peer.call(HANG, new byte[0], soon()));
            assertThat(failure.outcome()).isEqualTo(Outcome.DRAINING);
            assertThat(failure.ran()).isFalse();
        }
    }

    @Test
    void aLinkThatIsClosedOpensNoDataLaneAndSaysSoAtOnce() {
        ControlLink link = transport.attach(server.issue(PeerSpec.of("group", "worker")), ControlLink.Listener.NONE);
        link.close();
        assertThatThrownBy(() -> link.openData(routes()))
                .isInstanceOf(RejectedException.class)
                .hasMessageContaining("is closed");
    }

    @Test
    void aOneWayRequestArrivesAndGetsNoAnswer() throws Exception {
        Connection worker = connect();
        worker.send(ONE_WAY, new byte[] {1, 2}).get(Patience.LIMIT.toSeconds(), TimeUnit.SECONDS);
        Awaitility.await().until(() -> oneWays.size() == 1);
        assertThat(worker.inFlight()).isZero();
    }

    @Test
    void aOneWayRequestThatCannotBeSentSaysSo() {
        Connection worker = connect();
        int max = TransportConfig.defaults().maxBodyBytes();
        assertThat(failure(worker.send(ONE_WAY, new byte[max + 1])).outcome()).isEqualTo(Outcome.TOO_LARGE);
        for (int i = 0; i < 100; i++) {
            worker.call(HANG, new byte[0], soon());
        }
        assertThat(failure(worker.send(ONE_WAY, new byte[1])).outcome()).isEqualTo(Outcome.OVERLOADED);
    }

    @Test
    void aServerStreamEndsBehindItsLastItem() throws Exception {
        try (CallStream<byte[], byte[]> stream = connect().open(COUNT, soon())) {
            stream.send(new byte[] {100});
            for (int i = 0; i < 100; i++) {
                assertThat(stream.receive()).containsExactly(i);
            }
            assertThat(stream.receive()).isNull();
        }
    }

    @Test
    void aClientStreamHasOneReply() throws Exception {
        try (CallStream<byte[], byte[]> stream = connect().open(SUM, soon())) {
            for (int i = 0; i < 200; i++) {
                stream.send(new byte[i]);
            }
            stream.finish();
            assertThat(stream.receive()).asString(UTF_8).isEqualTo("19900");
            assertThat(stream.receive()).isNull();
        }
    }

    @Test
    void bothSidesStreamAtOnce_andAnEmptyItemIsAnItem() throws Exception {
        try (CallStream<byte[], byte[]> stream = connect().open(TALK, soon())) {
            for (int i = 0; i < 50; i++) {
                stream.send(new byte[i % 3]);
                assertThat(stream.receive()).hasSize(i % 3);
            }
            stream.finish();
            assertThat(stream.receive()).isNull();
        }
    }

    @Test
    void aStreamMovesMoreThanOneFrameCouldHold() throws Exception {
        byte[] item = new byte[TransportConfig.defaults().maxBodyBytes()];
        try (CallStream<byte[], byte[]> stream = connect().open(SUM, soon())) {
            for (int i = 0; i < 20; i++) {
                stream.send(item);
            }
            stream.finish();
            assertThat(stream.receive()).asString(UTF_8).isEqualTo(String.valueOf(20L * item.length));
        }
    }

    @Test
    void aReceiverThatDoesNotReadStopsTheSender() throws Exception {
        try (CallStream<byte[], byte[]> stream = connect().open(TALK, Deadline.afterMillis(500))) {
            int sent = 0;
            CallException stopped = null;
            while (stopped == null && sent < 10_000) {
                try {
                    stream.send(new byte[1]);
                    sent++;
                } catch (CallException e) {
                    stopped = e;
                }
            }
            assertThat(stopped).isNotNull();
            assertThat(sent).isLessThanOrEqualTo(4 * CallStream.WINDOW);
        }
    }

    @Test
    void closingAStreamReachesTheHandler() throws Exception {
        Connection worker = connect();
        CallStream<byte[], byte[]> stream = worker.open(TALK, soon());
        stream.send(new byte[1]);
        assertThat(stream.receive()).hasSize(1);
        stream.close();
        Awaitility.await().untilTrue(sawCancel);
        Awaitility.await().until(() -> worker.inFlight() == 0);
    }

    @Test
    void aStreamOfALostSessionFails() throws Exception {
        Connection worker = connect();
        CallStream<byte[], byte[]> stream = worker.open(TALK, soon());
        stream.send(new byte[1]);
        assertThat(stream.receive()).hasSize(1);
        server.revoke(worker.peer());
        Throwable thrown = catchThrowable(stream::receive);
        assertThat(thrown)
                .isInstanceOfSatisfying(
                        CallException.class, e -> assertThat(e.outcome()).isEqualTo(Outcome.WORKER_LOST));
    }

    @Test
    void aDeadlineAndATraceGoOverTwoHops() throws Exception {
        Connection worker = connect();
        Awaitility.await().until(() -> server.connection(worker.peer()).isOpen());
        CallContext.Trace trace =
                new CallContext.Trace("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", "vendor=value");

        String[] far = new String(
                        worker.call(RELAY, new byte[0], soon(), trace.metadata())
                                .get(),
                        UTF_8)
                .split(" ", -1);

        assertThat(Long.parseLong(far[0])).isBetween(1L, Patience.LIMIT.toMillis());
        assertThat(far[1]).startsWith("00-4bf92f3577b34da6a3ce929d0e0e4736-").endsWith("-01");
        assertThat(far[1]).isNotEqualTo(trace.parent());
        assertThat(far[2]).isEqualTo("vendor=value");
    }

    @Test
    void aDeadlineThatPassesReachesTheSecondHop() {
        Connection worker = connect();
        Awaitility.await().until(() -> server.connection(worker.peer()).isOpen());
        Map<String, String> trace = CallContext.Trace.begin(true).metadata();

        CallException late = failure(worker.call(RELAY, new byte[1], Deadline.afterMillis(200), trace));

        assertThat(late.outcome()).isIn(Outcome.DEADLINE_EXCEEDED, Outcome.APPLICATION_ERROR);
        Awaitility.await().untilTrue(sawCancel);
    }

    @Test
    void metadataGoWithStreamsAndOneWayRequestsToo() throws Exception {
        Connection worker = connect();
        try (CallStream<byte[], byte[]> stream = worker.open(TALK, soon(), Map.of("k", "of the stream"))) {
            assertThat(stream.receive()).asString(UTF_8).isEqualTo("of the stream");
        }
        worker.send(ONE_WAY, new byte[1], Map.of("k", "of the request"));
        Awaitility.await().until(() -> oneWays.size() == 2);
        assertThat(oneWays.get(1)).asString(UTF_8).isEqualTo("of the request");

        String tooLong = "v".repeat(2_000_000);
        assertThat(failure(worker.send(ONE_WAY, new byte[1], Map.of("k", tooLong)))
                        .outcome())
                .isEqualTo(Outcome.TOO_LARGE);
        assertThat(catchThrowable(() -> worker.open(TALK, soon(), Map.of("k", tooLong))))
                .isInstanceOfSatisfying(CallException.class, refused -> {
                    assertThat(refused.outcome()).isEqualTo(Outcome.TOO_LARGE);
                    assertThat(refused.ran()).isFalse();
                });
        assertThat(worker.inFlight()).isZero();
    }

    @Test
    void whatNeverReachedUserCodeSaysSo() {
        Connection worker = connect();
        assertThat(failure(worker.call(NOWHERE, new byte[0], soon())).ran()).isFalse();
        assertThat(failure(connectSecond().call(FAST, new byte[0], soon())).ran())
                .isFalse();
        assertThat(failure(worker.call(FAIL, new byte[0], soon())).ran()).isTrue();
        server.revoke(worker.peer());
        worker.closed().join();
        Awaitility.await().until(() -> !worker.isOpen());
        assertThat(failure(worker.call(FAST, new byte[0], soon())).ran()).isFalse();
    }

    @Test
    void answerDeadlineCancelAndLossRaceForOneOutcome() {
        Connection worker = connect();
        AtomicInteger outcomes = new AtomicInteger();
        List<CompletableFuture<?>> stages = new ArrayList<>();
        for (int i = 0; i < 400; i++) {
            CompletableFuture<byte[]> call =
                    worker.call(i % 2 == 0 ? FAST : ECHO, new byte[8], i % 4 == 1 ? Deadline.afterMillis(1) : soon());
            stages.add(call.handle((reply, failure) -> outcomes.incrementAndGet()));
            if (i % 3 == 0) {
                CompletableFuture.runAsync(() -> call.cancel(true));
            }
            if (i == 350) {
                server.revoke(worker.peer());
            }
        }
        CompletableFuture.allOf(stages.toArray(CompletableFuture[]::new))
                .orTimeout(Patience.LIMIT.toSeconds(), TimeUnit.SECONDS)
                .join();
        Awaitility.await().until(() -> worker.inFlight() == 0);
        assertThat(outcomes).hasValue(400);
    }

    @Test
    void aCodecThatFailsHalfWayEndsItsOwnCallAlone() throws Exception {
        Codec<byte[]> broken = new Codec<>() {
            @Override
            public int size(byte[] value) {
                return value.length;
            }

            @Override
            public void write(byte[] value, ByteBuffer out) {
                out.put((byte) 1);
                throw new IllegalStateException("half way");
            }

            @Override
            public byte[] read(ByteBuffer in) {
                return new byte[0];
            }
        };
        MethodDescriptor<byte[], byte[]> half =
                new MethodDescriptor<>(ECHO.name(), broken, Codec.bytes(), MethodDescriptor.Shape.UNARY);
        Connection worker = connect();
        List<CompletableFuture<byte[]>> good = new ArrayList<>();
        List<CompletableFuture<byte[]>> bad = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            good.add(worker.call(ECHO, new byte[i], soon()));
            bad.add(worker.call(half, new byte[8], soon()));
        }
        for (int i = 0; i < 20; i++) {
            assertThat(good.get(i).get()).hasSize(i);
            CallException failure = failure(bad.get(i));
            assertThat(failure.outcome()).isEqualTo(Outcome.APPLICATION_ERROR);
            assertThat(failure.ran()).isFalse();
        }
    }
}
