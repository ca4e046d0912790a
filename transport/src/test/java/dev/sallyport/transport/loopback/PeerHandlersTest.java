package dev.sallyport.transport.loopback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.transport.Patience;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** The handlers of one peer, on threads that the test gives. */
class PeerHandlersTest {

    private static final int LIMIT = 3;

    private final Queue<Runnable> threads = new ArrayDeque<>();
    private final List<Integer> ran = new ArrayList<>();
    private final PeerHandlers handlers = new PeerHandlers(threads::add, LIMIT);

    private void executeAll(int from, int to) {
        for (int i = from; i < to; i++) {
            int number = i;
            handlers.execute(() -> ran.add(number));
        }
    }

    @Test
    void oneThreadRunsWhatDoesNotBlock() {
        executeAll(0, 10);
        assertThat(threads).hasSize(1);
        threads.remove().run();
        assertThat(ran).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
        while (!threads.isEmpty()) {
            threads.remove().run();
        }
        executeAll(10, 20);
        assertThat(threads).hasSize(1);
    }

    @Test
    void handlersThatBlockTakeMoreThreads_upToTheLimit() {
        AtomicInteger blocked = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        for (int i = 0; i < 10; i++) {
            handlers.execute(() -> {
                most.accumulateAndGet(blocked.incrementAndGet(), Math::max);
                while (!threads.isEmpty()) {
                    threads.remove().run();
                }
                blocked.decrementAndGet();
            });
        }
        threads.remove().run();
        assertThat(most).hasValue(LIMIT);
    }

    @Test
    void aHandlerThatBreaksItsThreadGivesItBack() {
        PeerHandlers one = new PeerHandlers(threads::add, 1);
        one.execute(() -> {
            throw new IllegalStateException("a handler of the test");
        });
        one.execute(() -> ran.add(1));
        assertThatThrownBy(() -> threads.remove().run()).isInstanceOf(IllegalStateException.class);
        threads.remove().run();
        assertThat(ran).containsExactly(1);
    }

    @Test
    void anInterruptOfOneHandlerIsNoneOfTheNext() {
        List<Boolean> interrupted = new ArrayList<>();
        handlers.execute(() -> Thread.currentThread().interrupt());
        handlers.execute(() -> interrupted.add(Thread.currentThread().isInterrupted()));
        threads.remove().run();
        assertThat(interrupted).containsExactly(false);
    }

    @Test
    void whatGetsNoThreadIsRejected_andTakesNone() {
        AtomicInteger refused = new AtomicInteger();
        PeerHandlers closed = new PeerHandlers(
                task -> {
                    if (refused.incrementAndGet() <= LIMIT) {
                        throw new OutOfMemoryError("unable to create native thread");
                    }
                    threads.add(task);
                },
                1);
        for (int i = 0; i < LIMIT; i++) {
            assertThatThrownBy(() -> closed.execute(() -> ran.add(1))).isInstanceOf(RejectedExecutionException.class);
        }
        closed.execute(() -> ran.add(2));
        threads.remove().run();
        assertThat(ran).containsExactly(2);
    }

    /** A thread that gets no help takes what came while it was busy, even what came while it asked for help. */
    @Test
    void aThreadThatCannotCallAnotherTakesWhatWaitsItself() {
        List<PeerHandlers> one = new ArrayList<>();
        AtomicInteger asked = new AtomicInteger();
        one.add(new PeerHandlers(
                turn -> {
                    int times = asked.incrementAndGet();
                    if (times > 1) {
                        if (times == 2) {
                            one.get(0).execute(() -> ran.add(3));
                        }
                        throw new OutOfMemoryError("unable to create native thread");
                    }
                    threads.add(turn);
                },
                LIMIT));
        one.get(0).execute(() -> ran.add(1));
        one.get(0).execute(() -> ran.add(2));
        threads.remove().run();
        assertThat(ran).containsExactly(1, 2, 3);
        assertThat(asked).hasValueGreaterThan(1);
    }

    /** Whatever the order in which threads end and tasks come, none is left behind. */
    @Test
    void noTaskIsForgottenBetweenTwoTurns() throws Exception {
        ExecutorService pool = Pools.handlers();
        try {
            PeerHandlers two = new PeerHandlers(pool, 2);
            int tasks = 20_000;
            CountDownLatch done = new CountDownLatch(tasks);
            for (int i = 0; i < tasks; i++) {
                two.execute(done::countDown);
            }
            assertThat(done.await(Patience.LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
        } finally {
            pool.shutdownNow();
        }
    }

    /** Handlers that wait for each other all come to run, and never more than the limit, however the threads that come race with those that end. */
    @Test
    void noThreadIsMissingForHandlersThatWait() throws Exception {
        ExecutorService pool = Pools.handlers();
        try {
            PeerHandlers three = new PeerHandlers(pool, LIMIT);
            AtomicInteger running = new AtomicInteger();
            AtomicInteger most = new AtomicInteger();
            for (int round = 0; round < 500; round++) {
                CountDownLatch all = new CountDownLatch(LIMIT);
                for (int i = 0; i < LIMIT; i++) {
                    three.execute(() -> {
                        most.accumulateAndGet(running.incrementAndGet(), Math::max);
                        all.countDown();
                        awaitQuietly(all);
                        running.decrementAndGet();
                    });
                }
                for (int i = 0; i < LIMIT; i++) {
                    three.execute(() -> {
                        most.accumulateAndGet(running.incrementAndGet(), Math::max);
                        running.decrementAndGet();
                    });
                }
                assertThat(all.await(Patience.LIMIT.toSeconds(), TimeUnit.SECONDS))
                        .as("round %d", round)
                        .isTrue();
            }
            assertThat(most).hasValue(LIMIT);
        } finally {
            pool.shutdownNow();
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
