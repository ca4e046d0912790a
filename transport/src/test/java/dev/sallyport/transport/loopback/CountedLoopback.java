package dev.sallyport.transport.loopback;

import dev.sallyport.transport.Lane;
import dev.sallyport.transport.Transport;
import dev.sallyport.transport.TransportConfig;
import dev.sallyport.transport.auth.MacFactory;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.EventLoopGroup;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The loopback transport with buffers of the test's own allocator, timers that are counted, and the test's own time. */
public final class CountedLoopback extends AlteredSockets {

    private final ManualClock clock;
    private final WatchedLoops accepting;
    private final WatchedLoops control;
    private final WatchedLoops data;

    public CountedLoopback(TransportConfig config, ByteBufAllocator allocator, ManualClock clock) {
        super(config, allocator);
        this.clock = clock;
        this.accepting = new WatchedLoops("sallyport-accept", 1, clock);
        this.control = new WatchedLoops("sallyport-control", 1, clock);
        this.data = new WatchedLoops("sallyport-data", config.eventLoops(), clock);
    }

    /** A transport over this medium. */
    public Transport transport(TransportConfig config) {
        return new Assembly(config, this, MacFactory.HMAC_SHA256, clock.clocks());
    }

    /** What waits for its time on any event loop. */
    public List<String> timers() {
        return Stream.of(accepting, control, data)
                .flatMap(loops -> loops.timers().stream())
                .toList();
    }

    /** Steps the clock; what is due by then fires before this returns, or soon. */
    public void step(Duration span) {
        clock.step(span);
        List.of(accepting, control, data).forEach(WatchedLoops::wake);
    }

    /** Gives every data lane that opens from here on to the event loop of this number. */
    public void serveDataOn(int loop) {
        data.serveOn(loop);
    }

    /** Keeps a data event loop busy until the future completes. It is held when this returns. */
    public void holdData(int loop, CompletableFuture<Void> until) {
        data.hold(loop, until);
    }

    /** How many tasks wait for a data event loop that is held. */
    public int waitingForData(int loop) {
        return data.waiting(loop);
    }

    /** Lets a data event loop close, behind what waits for it now, the channel that then has come last. */
    void closeJoiningData(int loop) {
        data.closeJoining(loop);
    }

    @Override
    public EventLoopGroup accepting() {
        return accepting;
    }

    @Override
    public EventLoopGroup control() {
        return control;
    }

    @Override
    public EventLoopGroup data() {
        return data;
    }

    @Override
    public EventLoopGroup client(Lane lane) {
        return lane == Lane.CONTROL ? control : data;
    }

    @Override
    public void close() {
        clock.run();
        List<WatchedLoops> all = List.of(accepting, control, data);
        all.forEach(loops -> loops.shutdownGracefully(0, 1, TimeUnit.SECONDS));
        all.forEach(loops -> loops.terminationFuture().awaitUninterruptibly());
        super.close();
    }
}
