package dev.sallyport.supervisor.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.supervisor.RuntimeConfig;
import dev.sallyport.supervisor.StopPolicy;
import dev.sallyport.supervisor.lifecycle.Action;
import dev.sallyport.supervisor.lifecycle.SupervisorEvent;
import dev.sallyport.supervisor.lifecycle.SupervisorLifecycle;
import dev.sallyport.supervisor.lifecycle.WorkerEvent;
import dev.sallyport.transport.PeerId;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** The one thread that everybody waits for. */
class EventLoopTest {

    private static final SupervisorEvent START = new SupervisorEvent.StartGroups(List.of("a"));
    private static final SupervisorEvent STOP =
            new SupervisorEvent.StopGroups(StopPolicy.graceful(Duration.ZERO).withoutForce());

    private final BlockingQueue<Action> done = new LinkedBlockingQueue<>();

    private static EventLoop loop(RandomGenerator random, Consumer<Action> actions) {
        return loop(RuntimeConfig.Lifecycle.DEFAULT, random, actions);
    }

    private static EventLoop loop(RuntimeConfig.Lifecycle times, RandomGenerator random, Consumer<Action> actions) {
        EventLoop loop =
                new EventLoop(new SupervisorLifecycle(List.of(Rig.odd("a", 1, "good")), times, random, 1), actions);
        loop.start();
        return loop;
    }

    private static void taken(CompletableFuture<Void> answer) throws Exception {
        answer.get(60, TimeUnit.SECONDS);
    }

    @Test
    void anErrorInAnActionCostsThisActionOnly() throws Exception {
        Consumer<Action> actions = action -> {
            if (action instanceof Action.Spawn) {
                throw new OutOfMemoryError("unable to create native thread");
            }
            done.add(action);
        };
        try (EventLoop loop = loop(new SplittableRandom(1), actions)) {
            taken(loop.post(START));
            assertThat(done.poll(60, TimeUnit.SECONDS)).isInstanceOf(Action.AllStarted.class);
            taken(loop.post(STOP));
        }
    }

    @Test
    void anErrorInTheStateMachineCostsThisEventOnly() throws Exception {
        RandomGenerator exhausted = () -> {
            throw new OutOfMemoryError("for the id of a stop");
        };
        try (EventLoop loop = loop(exhausted, done::add)) {
            taken(loop.post(START));
            assertThatThrownBy(() -> taken(loop.post(STOP))).hasRootCauseInstanceOf(OutOfMemoryError.class);
            taken(loop.post(new SupervisorEvent.Tick()));
        }
    }

    @Test
    void eventsWithoutEndHoldNoTimeUp() throws Exception {
        RuntimeConfig.Lifecycle times = new RuntimeConfig.Lifecycle(Duration.ofMillis(20), Duration.ZERO, true);
        PeerId worker = new PeerId("a", "0", 1);
        try (EventLoop loop = loop(times, new SplittableRandom(1), done::add)) {
            taken(loop.post(START));
            taken(loop.post(new SupervisorEvent.OfWorker(worker, new WorkerEvent.Spawned(1))));
            // whenever one is taken the next one waits already
            again(loop, new SupervisorEvent.OfWorker(worker, new WorkerEvent.HeartbeatAnswered()));
            Action next = done.poll(60, TimeUnit.SECONDS);
            while (next != null && !(next instanceof Action.Terminate || next instanceof Action.Kill)) {
                next = done.poll(60, TimeUnit.SECONDS);
            }
            assertThat(next)
                    .as("what is done with a worker that was not ready in time")
                    .isNotNull();
        }
    }

    private static void again(EventLoop loop, SupervisorEvent event) {
        CompletableFuture<?> unused = loop.post(event).thenRun(() -> again(loop, event));
    }

    @Test
    void noTimeComesBehindTheClose() throws Exception {
        RuntimeConfig.Lifecycle times = new RuntimeConfig.Lifecycle(Duration.ofMillis(20), Duration.ZERO, true);
        PeerId worker = new PeerId("a", "0", 1);
        CountDownLatch posted = new CountDownLatch(1);
        CompletableFuture<EventLoop> made = new CompletableFuture<>();
        Thread closing = new Thread(() -> made.join().close());
        Consumer<Action> actions = action -> {
            done.add(action);
            if (action instanceof Action.Spawn) {
                // behind the next event stands the worker's time to be ready, which is over by then
                Awaitility.await().until(() -> posted.getCount() == 0);
                Awaitility.await().pollDelay(Duration.ofMillis(30)).until(() -> true);
            } else if (action instanceof Action.WriteBundle) {
                closing.start();
                assertThatThrownBy(() -> new CountDownLatch(1).await()).isInstanceOf(InterruptedException.class);
            }
        };
        EventLoop loop = loop(times, new SplittableRandom(1), actions);
        made.complete(loop);
        CompletableFuture<Void> started = loop.post(START);
        CompletableFuture<Void> spawned = loop.post(new SupervisorEvent.OfWorker(worker, new WorkerEvent.Spawned(1)));
        posted.countDown();
        taken(started);
        taken(spawned);
        // whatever waits is refused when the loop has ended
        assertThatThrownBy(() -> taken(loop.post(START))).hasRootCauseInstanceOf(IllegalStateException.class);
        assertThat(done).noneMatch(action -> action instanceof Action.Terminate || action instanceof Action.Kill);
    }

    @Test
    void nothingIsTakenBehindTheClose() {
        // the event can overtake the interrupt of close(): in one of a few hundred
        for (int i = 0; i < 300; i++) {
            EventLoop loop = loop(new SplittableRandom(i), done::add);
            loop.close();
            assertThatThrownBy(() -> taken(loop.post(START))).hasRootCauseInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> taken(loop.post(STOP))).hasRootCauseInstanceOf(IllegalStateException.class);
        }
    }
}
