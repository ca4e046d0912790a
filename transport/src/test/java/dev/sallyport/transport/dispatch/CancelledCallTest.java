package dev.sallyport.transport.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.proto.v1.Calls;
import dev.sallyport.transport.CallException;
import dev.sallyport.transport.CallStream;
import dev.sallyport.transport.Deadline;
import dev.sallyport.transport.MethodDescriptor;
import dev.sallyport.transport.Outcome;
import dev.sallyport.transport.Patience;
import dev.sallyport.transport.PeerId;
import dev.sallyport.transport.RejectReason;
import dev.sallyport.transport.Routes;
import dev.sallyport.transport.TransportObserver;
import dev.sallyport.transport.session.Role;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Calls that their caller, or their session, ends before an answer. */
class CancelledCallTest {

    private static final MethodDescriptor<byte[], byte[]> METHOD = MethodDescriptor.ofBytes("m");
    private static final MethodDescriptor<byte[], byte[]> STREAM =
            MethodDescriptor.ofBytes("s").shaped(MethodDescriptor.Shape.SERVER_STREAM);
    private static final byte[] MINE = {1};

    private final List<Outcome> ends = new CopyOnWriteArrayList<>();
    private final StoppedChannel channel = new StoppedChannel();

    /** It counted twice: the number of calls in flight fell below what was in flight, and the limit let too many through. */
    @Test
    void aCallCancelledBeforeItIsTakenEndsOnce() {
        Dispatcher dispatcher = dispatcher();
        CompletableFuture<byte[]> call = call(dispatcher);

        call.cancel(true);
        dispatcher.opened(channel);

        assertThat(dispatcher.inFlight()).isZero();
        assertThat(ends).containsExactly(Outcome.CANCELLED);
    }

    private Dispatcher dispatcher() {
        TransportObserver observer = new TransportObserver() {
            @Override
            public void callEnded(PeerId peer, String method, Outcome outcome, long nanos) {
                ends.add(outcome);
            }
        };
        return new Dispatcher(
                new PeerId("group", "worker", 1),
                Role.SUPERVISOR,
                new DispatchSettings(
                        Routes.none(),
                        m -> true,
                        () -> true,
                        8,
                        3072,
                        Runnable::run,
                        Runnable::run,
                        Runnable::run,
                        observer));
    }

    private static CompletableFuture<byte[]> call(Dispatcher dispatcher) {
        return dispatcher.call(METHOD, new byte[1], Deadline.afterMillis(60_000), Map.of());
    }

    private static Stream<Consumer<CompletableFuture<byte[]>>> completions() {
        return Stream.of(
                call -> call.cancel(true),
                call -> call.complete(MINE),
                call -> call.completeExceptionally(new IllegalStateException("the caller's own")),
                call -> call.orTimeout(1, TimeUnit.MILLISECONDS),
                call -> call.completeOnTimeout(MINE, 1, TimeUnit.MILLISECONDS));
    }

    /** Whoever waited slept on, and the peer worked on: only {@code cancel} was heard. */
    @ParameterizedTest
    @MethodSource("completions")
    void aCallThatItsCallerCompletesWakesItsWaiterAndIsCancelled(Consumer<CompletableFuture<byte[]>> complete)
            throws Exception {
        Dispatcher dispatcher = dispatcher();
        dispatcher.opened(channel);
        CompletableFuture<byte[]> call = call(dispatcher);
        CompletableFuture<Thread> waiter = new CompletableFuture<>();
        CompletableFuture<Void> woken = new CompletableFuture<>();
        Thread thread = new Thread(() -> {
            waiter.complete(Thread.currentThread());
            try {
                call.join();
            } catch (CompletionException | CancellationException e) {
                // as the caller completed it
            }
            woken.complete(null);
        });
        thread.setDaemon(true);
        thread.start();
        Awaitility.await().until(() -> waiter.join().getState() == Thread.State.WAITING);

        complete.accept(call);

        woken.get(Patience.LIMIT.toSeconds(), TimeUnit.SECONDS);
        Awaitility.await().until(() -> channel.frames.size() == 2);
        assertThat(dispatcher.inFlight()).isZero();
        assertThat(ends).containsExactly(Outcome.CANCELLED);
        assertThat(Calls.parseFrom(channel.frames.get(1)).getMessages(0).hasCancel())
                .isTrue();
    }

    @Test
    void anAnsweredCallIsNotCompletedAgain() throws Exception {
        Dispatcher dispatcher = dispatcher();
        dispatcher.opened(channel);
        CompletableFuture<byte[]> call = call(dispatcher);
        dispatcher.closed(RejectReason.E_IDLE);

        assertThat(call.complete(MINE)).isFalse();
        assertThat(call.completeExceptionally(new IllegalStateException("late")))
                .isFalse();
        assertThatThrownBy(call::join).hasCauseInstanceOf(CallException.class);
        assertThat(ends).containsExactly(Outcome.WORKER_LOST);
    }

    @Test
    void aStreamThatIsOpenedAndNeverSentEndsWithItsSession() {
        Dispatcher dispatcher = dispatcher();
        dispatcher.opened(channel);
        CallStream<byte[], byte[]> unsent = dispatcher.open(STREAM, Deadline.afterMillis(60_000), Map.of());
        assertThat(unsent).isNotNull();
        dispatcher.closed(RejectReason.E_IDLE);
        assertThat(dispatcher.inFlight()).isZero();
        assertThat(ends).containsExactly(Outcome.WORKER_LOST);
    }
}
