package dev.sallyport.transport.loopback;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SingleThreadIoEventLoop;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.ScheduledFuture;
import io.netty.util.concurrent.Ticker;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Event loops whose time is the test's, and whose timers are counted. */
final class WatchedLoops extends MultiThreadIoEventLoopGroup {

    /** Each in turn. */
    private static final int ANY = -1;

    private final Watch watch;
    private volatile int served = ANY;
    private volatile @Nullable Channel joining;

    /** What the constructor of the superclass needs already. */
    private record Watch(ManualClock clock, Set<ScheduledFuture<?>> timers) {}

    WatchedLoops(String name, int threads, ManualClock clock) {
        this(name, threads, new Watch(clock, ConcurrentHashMap.newKeySet()));
    }

    private WatchedLoops(String name, int threads, Watch watch) {
        super(threads, new DefaultThreadFactory(name, true), io(), watch);
        this.watch = watch;
    }

    private static IoHandlerFactory io() {
        return Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
    }

    @Override
    protected IoEventLoop newChild(Executor executor, IoHandlerFactory io, Object... args) {
        return new Loop(this, executor, io, (Watch) args[0]);
    }

    /** What waits for its time and was not cancelled. */
    List<String> timers() {
        return watch.timers().stream().map(Object::toString).toList();
    }

    /** Lets the loops look at their timers again, since the clock was stepped. */
    void wake() {
        // behind the first task the timers that are due are in the queue, so behind the second they have run
        for (int i = 0; i < 2; i++) {
            forEach(loop -> loop.submit(() -> {}).syncUninterruptibly());
        }
    }

    /** Gives every channel from here on to the loop of this number. */
    void serveOn(int number) {
        served = number;
    }

    @Override
    public IoEventLoop next() {
        return served == ANY ? super.next() : loop(served);
    }

    private Loop loop(int number) {
        Iterator<EventExecutor> loops = iterator();
        for (int i = 0; i < number; i++) {
            loops.next();
        }
        return (Loop) loops.next();
    }

    /** Keeps a loop busy until the future completes. */
    void hold(int number, CompletableFuture<Void> until) {
        CompletableFuture<Void> held = new CompletableFuture<>();
        loop(number).execute(() -> {
            held.complete(null);
            until.join();
        });
        held.join();
    }

    @Override
    public ChannelFuture register(Channel channel) {
        joining = channel;
        return super.register(channel);
    }

    /** Lets a loop close, when it comes to that, the channel that was given to these loops last. */
    void closeJoining(int number) {
        loop(number).execute(() -> Objects.requireNonNull(joining).close());
    }

    /** How many tasks wait for a loop. */
    int waiting(int number) {
        return loop(number).pendingTasks();
    }

    private static final class Loop extends SingleThreadIoEventLoop {

        private final Watch watch;

        Loop(WatchedLoops parent, Executor executor, IoHandlerFactory io, Watch watch) {
            super(parent, executor, io);
            this.watch = watch;
        }

        @Override
        public Ticker ticker() {
            // asked by the superclass's constructor too
            return watch == null ? Ticker.systemTicker() : watch.clock();
        }

        @Override
        public ScheduledFuture<?> schedule(Runnable task, long delay, TimeUnit unit) {
            ScheduledFuture<?> timer = super.schedule(task, delay, unit);
            watch.timers().add(timer);
            timer.addListener(done -> watch.timers().remove(timer));
            return timer;
        }
    }
}
