package dev.sallyport.supervisor.calls;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.supervisor.GroupSpec;
import dev.sallyport.supervisor.Patience;
import dev.sallyport.supervisor.SilentConnection;
import dev.sallyport.transport.CallException;
import dev.sallyport.transport.Deadline;
import dev.sallyport.transport.MethodDescriptor;
import dev.sallyport.transport.Outcome;
import dev.sallyport.transport.PeerId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class GroupCallsTest {

    private static final MethodDescriptor<byte[], byte[]> METHOD = MethodDescriptor.ofBytes("test/echo");

    private final GroupCalls group =
            new GroupCalls(GroupSpec.builder("scoring").workers(3).build());
    private final List<FakeConnection> workers =
            IntStream.range(0, 3).mapToObj(FakeConnection::new).toList();

    @Test
    void idleWorkersAreTakenInTurn() {
        seatAll();
        for (int i = 0; i < 6; i++) {
            makeCall();
            workers.forEach(worker -> worker.inFlight = 0);
        }
        assertThat(workers).extracting(worker -> worker.calls.size()).containsExactly(2, 2, 2);
    }

    @Test
    void theWorkerWithTheFewestCallsInFlightIsTaken() {
        seatAll();
        workers.get(0).inFlight = 2;
        workers.get(1).inFlight = 1;
        workers.get(2).inFlight = 3;
        makeCall();
        assertThat(workers.get(1).calls).hasSize(1);
    }

    @Test
    void aWorkerThatIsNotConnectedIsPassedOver() {
        seatAll();
        workers.get(0).open = false;
        workers.get(2).open = false;
        makeCall();
        makeCall();
        assertThat(workers.get(1).calls).hasSize(2);
    }

    @Test
    void equalKeysGoToTheSameWorkerInEveryRun() {
        // fixed by the algorithm: a change would send a customer's records to another worker than the day before
        assertThat(List.of("", "a", "customer-1", "customer-2", "ünïcode"))
                .extracting(key -> Affinity.index(key, 7))
                .containsExactly(1, 1, 2, 3, 1);
    }

    @Test
    void keysSpreadOverTheWorkers() {
        int[] counts = new int[4];
        for (int i = 0; i < 4000; i++) {
            counts[Affinity.index("customer-" + i, 4)]++;
        }
        assertThat(counts)
                .satisfies(all -> assertThat(IntStream.of(all)).allMatch(count -> count > 900 && count < 1100));
    }

    @Test
    void aKeyOfAMissingWorkerFailsAtOnceAndIsSafeToRetry() {
        int index = Affinity.index("a", 3);
        seatAll();
        group.unseat(index, workers.get(index));
        CallException failure = failure(group.call(METHOD, new byte[0], Deadline.afterMillis(1000), "a"));
        assertThat(failure.outcome()).isEqualTo(Outcome.WORKER_LOST);
        assertThat(failure.ran()).isFalse();
        assertThat(failure).hasMessageContaining("worker " + index + " of group scoring");
    }

    @Test
    void aGroupWithoutReadyWorkersFailsAtOnce() {
        assertThat(failure(call()).outcome()).isEqualTo(Outcome.WORKER_LOST);
    }

    @Test
    void aGroupThatStopsSaysSo() {
        group.drain();
        assertThat(failure(call()).outcome()).isEqualTo(Outcome.DRAINING);
    }

    @Test
    void aLateUnseatLeavesTheSuccessor() {
        FakeConnection successor = new FakeConnection(0);
        group.seat(0, workers.get(0));
        group.seat(0, successor);
        group.unseat(0, workers.get(0));
        makeCall();
        assertThat(successor.calls).hasSize(1);
    }

    @Test
    void requestsAreCountedForWhoeverSitsThere() {
        seatAll();
        int index = Affinity.index("a", 3);
        for (int i = 0; i < 5; i++) {
            assertThat(group.call(METHOD, new byte[0], Deadline.afterMillis(1000), "a"))
                    .isNotNull();
        }
        assertThat(group.requests(index)).isEqualTo(5);
        group.seat(index, new FakeConnection(index));
        assertThat(group.requests(index)).isZero();
        group.unseat(index, workers.get(index));
        makeCall();
        assertThat(IntStream.range(0, 3).mapToLong(group::requests).sum()).isEqualTo(1);
    }

    @Test
    void aCallAboveTheLimitOfTheGroupIsRefusedAtOnceAndSafeToRetry() {
        GroupCalls limited = limited(2);
        assertThat(limited.call(METHOD, new byte[0], later())).isNotDone();
        assertThat(limited.call(METHOD, new byte[0], later(), "a")).isNotDone();
        CallException refused = failure(limited.call(METHOD, new byte[0], later()));
        assertThat(refused.outcome()).isEqualTo(Outcome.OVERLOADED);
        assertThat(refused.ran()).isFalse();
        assertThat(refused).hasMessage("OVERLOADED: max_concurrent_calls of group scoring are in flight");
        assertThat(failure(limited.call(METHOD, new byte[0], later(), "a")).outcome())
                .isEqualTo(Outcome.OVERLOADED);
        assertThat(workers.stream().mapToInt(worker -> worker.calls.size()).sum())
                .isEqualTo(2);
        workers.forEach(worker -> worker.inFlight = 0);
        assertThat(limited.call(METHOD, new byte[0], later())).isNotDone();
    }

    @Test
    void callsOfAWorkerThatIsReplacedCountUntilTheyHaveEnded() {
        GroupCalls limited = limited(1);
        String key = "a";
        int index = Affinity.index(key, 3);
        assertThat(limited.call(METHOD, new byte[0], later(), key)).isNotDone();
        limited.seat(index, new FakeConnection(index));
        assertThat(failure(limited.call(METHOD, new byte[0], later(), key)).outcome())
                .isEqualTo(Outcome.OVERLOADED);
        limited.unseat(index, workers.get(index));
        workers.get(index).inFlight = 0;
        assertThat(limited.call(METHOD, new byte[0], later(), key)).isNotDone();
    }

    @Test
    void callersThatRaceNeverExceedTheLimitAndUseAllOfIt() {
        GroupCalls limited = limited(50);
        List<CompletableFuture<byte[]>> calls = IntStream.range(0, 200)
                .parallel()
                .mapToObj(i -> limited.call(METHOD, new byte[0], later()))
                .toList();
        assertThat(calls).filteredOn(call -> !call.isDone()).hasSize(50);
    }

    /** Each of two workers that change seats all the time has one call: together two, whenever one looks. */
    @Test
    void whoChangesSeatsCountsOnceAndAlways() {
        GroupCalls roomy = swapped(3);
        GroupCalls full = swapped(2);
        CompletableFuture<Void> swaps = CompletableFuture.runAsync(() -> {
            for (int i = 0; i < 2_000; i++) {
                roomy.seat(0, workers.get(i % 2));
                full.seat(0, workers.get(i % 2));
            }
        });
        do {
            assertThat(roomy.call(METHOD, new byte[0], later())).isNotDone();
            assertThat(failure(full.call(METHOD, new byte[0], later())).outcome())
                    .isEqualTo(Outcome.OVERLOADED);
        } while (!swaps.isDone());
        swaps.join();
    }

    /** Of one seat, from which one worker has gone and on which the other sits; their calls never end, and none is added. */
    private GroupCalls swapped(int most) {
        GroupCalls group = new GroupCalls(
                GroupSpec.builder("scoring").maxConcurrentCalls(most).build());
        workers.subList(0, 2).forEach(worker -> {
            worker.inFlight = 1;
            worker.counts = false;
            group.seat(0, worker);
        });
        return group;
    }

    private static Deadline later() {
        return Deadline.after(Patience.LIMIT);
    }

    private GroupCalls limited(int most) {
        GroupCalls limited = new GroupCalls(
                GroupSpec.builder("scoring").workers(3).maxConcurrentCalls(most).build());
        workers.forEach(worker -> limited.seat(worker.index, worker));
        return limited;
    }

    private void seatAll() {
        workers.forEach(worker -> group.seat(worker.index, worker));
    }

    private void makeCall() {
        assertThat(call()).isNotNull();
    }

    private CompletableFuture<byte[]> call() {
        return group.call(METHOD, new byte[0], Deadline.afterMillis(1000));
    }

    private static CallException failure(CompletableFuture<?> call) {
        assertThat(call).isCompletedExceptionally();
        return (CallException) call.handle((reply, thrown) -> thrown).join();
    }

    /** Holds what it is asked for. */
    private static final class FakeConnection extends SilentConnection {

        private final int index;
        private final List<String> calls = new ArrayList<>();
        private int inFlight;
        private boolean counts = true;
        private boolean open = true;

        FakeConnection(int index) {
            super(new PeerId("scoring", "scoring-" + index, 1));
            this.index = index;
        }

        @Override
        public <Q, R> CompletableFuture<R> call(
                MethodDescriptor<Q, R> method, Q request, Deadline deadline, Map<String, String> metadata) {
            calls.add(method.name());
            inFlight += counts ? 1 : 0;
            return super.call(method, request, deadline, metadata);
        }

        @Override
        public boolean isOpen() {
            return open;
        }

        @Override
        public int inFlight() {
            return inFlight;
        }
    }
}
