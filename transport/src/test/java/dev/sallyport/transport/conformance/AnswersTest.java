package dev.sallyport.transport.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.sallyport.proto.v1.Calls;
import dev.sallyport.proto.v1.Lane;
import dev.sallyport.proto.v1.WorkerStatus;
import dev.sallyport.transport.CallException;
import dev.sallyport.transport.Connection;
import dev.sallyport.transport.Deadline;
import dev.sallyport.transport.Outcome;
import dev.sallyport.transport.Patience;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Calls to a worker that is played by hand. The rest of Q is in the contract that every transport keeps. */
class AnswersTest extends CaseTest {

    /** Both lanes of a worker that has reported READY. */
    private static final class Worker implements AutoCloseable {
        final Identity identity = target.issue();
        final HostilePeer control = HostilePeer.open(identity, Lane.LANE_CONTROL);
        final HostilePeer data = HostilePeer.open(identity, Lane.LANE_DATA);
        final Connection connection = target.server.connection(ServerUnderTest.id(identity));

        Worker() {
            byte[] ready = WorkerStatus.newBuilder()
                    .setPhase(WorkerStatus.Phase.READY)
                    .build()
                    .toByteArray();
            control.send(control.frame(17, 4, ready).bytes());
            Awaitility.await().until(connection::isOpen);
        }

        CompletableFuture<byte[]> call(byte[] body, Duration timeout) {
            return connection.call(ServerUnderTest.ECHO, body, Deadline.after(timeout));
        }

        /** A call that was written and whose deadline has passed, however slow the machine. */
        CompletableFuture<byte[]> lateCall() {
            for (int millis = 50; ; millis *= 2) {
                CompletableFuture<byte[]> late = call(new byte[] {1}, Duration.ofMillis(millis));
                CallException failure = failure(late);
                assertThat(failure.outcome()).isEqualTo(Outcome.DEADLINE_EXCEEDED);
                if (failure.ran()) {
                    return late;
                }
            }
        }

        long nextRequest() {
            return Messages.of(data.readFrame().payload).getMessages(0).getCallId();
        }

        @Override
        public void close() {
            control.leave();
            data.close();
        }
    }

    private static final Duration LONG = Patience.LIMIT;

    private static CallException failure(CompletableFuture<?> call) {
        Throwable thrown = catchThrowable(() -> call.get(Patience.LIMIT.toSeconds(), TimeUnit.SECONDS));
        assertThat(thrown).isInstanceOf(ExecutionException.class);
        return (CallException) thrown.getCause();
    }

    @Test
    @DisplayName("Q01 a second response, one with an unknown id, and one after the deadline are dropped and counted")
    void Q01_surplusResponses() throws Exception {
        cases.run("Q01");
        try (Worker worker = new Worker()) {
            Map<String, Integer> before = target.observer.counts();
            int dropped = target.observer.dropped.get();
            CompletableFuture<byte[]> first = worker.call(new byte[] {1}, LONG);
            long id = worker.nextRequest();
            worker.data.send(
                    worker.data.calls(Messages.response(id, new byte[] {1})).bytes(),
                    worker.data.calls(Messages.response(id, new byte[] {2})).bytes(),
                    worker.data
                            .calls(Messages.response(id + 1000, new byte[] {3}))
                            .bytes());
            assertThat(first.get(Patience.LIMIT.toSeconds(), TimeUnit.SECONDS)).containsExactly(1);
            Awaitility.await().until(() -> target.observer.dropped.get() == dropped + 2);

            CompletableFuture<byte[]> late = worker.lateCall();
            long lateId = worker.nextRequest();
            Calls cancel = Messages.of(worker.data.readFrame().payload);
            assertThat(cancel.getMessages(0).getCallId()).isEqualTo(lateId);
            assertThat(cancel.getMessages(0).hasCancel()).isTrue();
            worker.data.send(
                    worker.data.calls(Messages.response(lateId, new byte[] {1})).bytes());
            Awaitility.await().until(() -> target.observer.dropped.get() == dropped + 3);
            assertThat(failure(late).outcome()).isEqualTo(Outcome.DEADLINE_EXCEEDED);
            target.awaitCounted(before, Map.of());
            worker.data.leave();
        }
    }

    @Test
    @DisplayName("Q02 a worker lost with a thousand calls in flight: each ends once, and tells whether it was written")
    void Q02_lostWithCallsInFlight() {
        try (Worker worker = new Worker()) {
            Map<String, Integer> before = target.observer.counts();
            List<CompletableFuture<byte[]>> calls = new ArrayList<>();
            for (int i = 0; i < 1000; i++) {
                calls.add(worker.call(new byte[64 * 1024], LONG));
            }
            long written = worker.nextRequest();
            assertThat(written).isEqualTo(1);
            worker.data.reset();
            List<CallException> failures =
                    calls.stream().map(AnswersTest::failure).toList();
            assertThat(failures).extracting(CallException::outcome).containsOnly(Outcome.WORKER_LOST);
            assertThat(failures.get(0).ran()).as("the first was written").isTrue();
            assertThat(failures.get(999).ran()).as("the last was not").isFalse();
            assertThat(worker.connection.inFlight()).isZero();
            target.awaitCounted(before, Map.of("E_TRUNCATED", 1));
        }
    }

    @Test
    @DisplayName("Q03 a deadline that passes in the queue: the call ends on time and never ran")
    void Q03_deadlineInTheQueue() {
        Map<String, Integer> before = target.observer.counts();
        try (Worker worker = new Worker()) {
            List<CompletableFuture<byte[]>> full = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                full.add(worker.call(new byte[512 * 1024], LONG));
            }
            CallException late = failure(worker.call(new byte[] {1}, Duration.ofMillis(50)));
            assertThat(late.outcome()).isEqualTo(Outcome.DEADLINE_EXCEEDED);
            assertThat(late.ran()).isFalse();
            worker.data.reset();
            full.forEach(call -> assertThat(failure(call).outcome()).isEqualTo(Outcome.WORKER_LOST));
            // the next case counts from where this one is over
            Awaitility.await().until(() -> !target.observer.since(before).isEmpty());
        }
    }

    @Test
    @DisplayName("S03 a body above the limit fails at the sender: nothing is written and no SEQ is used")
    void S03_tooLargeAtTheSender() throws Exception {
        try (Worker worker = new Worker()) {
            int max = (1 << 20) - 1024;
            CallException tooLarge = failure(worker.call(new byte[max + 1], LONG));
            assertThat(tooLarge.outcome()).isEqualTo(Outcome.TOO_LARGE);
            assertThat(tooLarge.ran()).isFalse();
            CompletableFuture<byte[]> next = worker.call(new byte[] {9}, LONG);
            long id = worker.nextRequest();
            worker.data.send(
                    worker.data.calls(Messages.response(id, new byte[] {9})).bytes());
            assertThat(next.get(Patience.LIMIT.toSeconds(), TimeUnit.SECONDS)).containsExactly(9);
            worker.data.leave();
        }
    }

    @Test
    @DisplayName("V06 no request reaches a worker before it has reported READY")
    void V06_nothingBeforeReady() {
        Identity identity = target.issue();
        try (HostilePeer data = HostilePeer.open(identity, Lane.LANE_DATA)) {
            Connection connection = target.server.connection(ServerUnderTest.id(identity));
            assertThat(connection.isOpen()).isFalse();
            CallException refused = failure(connection.call(ServerUnderTest.ECHO, new byte[0], Deadline.after(LONG)));
            assertThat(refused.outcome()).isEqualTo(Outcome.WORKER_LOST);
            assertThat(refused.ran()).isFalse();
            data.sayGoodbye();
            assertThat(data.readFrame().type).as("the first frame behind READY").isEqualTo(18);
        }
    }
}
