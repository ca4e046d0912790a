package dev.sallyport.transport.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.transport.Connection;
import dev.sallyport.transport.Deadline;
import dev.sallyport.transport.MethodDescriptor;
import dev.sallyport.transport.Patience;
import dev.sallyport.transport.PeerId;
import dev.sallyport.transport.PeerListener;
import dev.sallyport.transport.PeerSpec;
import dev.sallyport.transport.Routes;
import dev.sallyport.transport.Transport;
import dev.sallyport.transport.TransportConfig;
import dev.sallyport.transport.TransportServer;
import dev.sallyport.transport.keys.Canary;
import dev.sallyport.transport.loopback.CountedLoopback;
import dev.sallyport.transport.loopback.ManualClock;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.awaitility.Awaitility;

/**
 * A server over real sockets, watched from all sides, and a bystander whose sessions nothing may disturb. Holds what is expected of
 * every case: one code counted once, buffers, threads and sockets back to where they were, and no key in any output.
 */
final class ServerUnderTest implements AutoCloseable {

    static final MethodDescriptor<byte[], byte[]> ECHO = MethodDescriptor.ofBytes("test/echo");

    /** Answers when the server is closed, or its call is given up. */
    static final MethodDescriptor<byte[], byte[]> HOLD = MethodDescriptor.ofBytes("test/hold");

    /** The next heartbeat of the bystander, and the line that is logged at most once a second. */
    private static final int IDLE_TIMERS = 2;

    /** Below half of the ttl, as it must be. */
    static final Duration LONGEST_STALL = Duration.ofSeconds(14);

    private final Resources before = Resources.now();
    private final CountDownLatch released = new CountDownLatch(1);
    private final Outputs outputs = Outputs.capture();
    private final List<byte[]> secrets = new ArrayList<>();
    private final Transport peers;
    private final Connection bystander;
    private int issued;
    final CountedLoopback medium;
    final CountingAllocator allocator = new CountingAllocator();
    final CountingObserver observer = new CountingObserver();
    final AtomicInteger served = new AtomicInteger();
    final Transport transport;
    final TransportServer server;

    ServerUnderTest() {
        this(config -> {}, PeerListener.NONE);
    }

    ServerUnderTest(Consumer<TransportConfig.Builder> settings, PeerListener listener) {
        this(settings, listener, ManualClock.running());
    }

    /** @param clock the server's time and the bystander's, but not that of a hostile peer */
    ServerUnderTest(Consumer<TransportConfig.Builder> settings, PeerListener listener, ManualClock clock) {
        TransportConfig.Builder builder = TransportConfig.builder().observer(observer);
        settings.accept(builder);
        TransportConfig config = builder.build();
        medium = new CountedLoopback(config, allocator, clock);
        transport = medium.transport(config);
        Routes routes = Routes.builder()
                .onEventLoop(ECHO, (call, request) -> {
                    served.incrementAndGet();
                    return request;
                })
                .on(HOLD, (call, request) -> {
                    released.await();
                    return request;
                })
                .build();
        server = transport.bind(routes, listener);
        TransportConfig patient =
                TransportConfig.builder().writeStallTimeout(LONGEST_STALL).build();
        peers = new CountedLoopback(patient, UnpooledByteBufAllocator.DEFAULT, clock).transport(patient);
        bystander = peers.connect(
                server.issue(PeerSpec.of("bystanders", "bystander").mayCall(ECHO)), Routes.none());
        bystanderIsWell();
    }

    /** A peer that was issued and is not connected. */
    Identity issue() {
        return issue("hostile-" + ++issued);
    }

    Identity issue(String worker) {
        return issue(PeerSpec.of("group", worker).mayCall(ECHO, HOLD));
    }

    Identity issue(PeerSpec spec) {
        Identity identity = Identity.of(server.issue(spec));
        secrets.addAll(List.of(identity.secrets()));
        return identity;
    }

    /** Adds a secret that must not appear in any output. */
    void guard(byte[] secret) {
        secrets.add(secret);
    }

    static PeerId id(Identity identity) {
        return new PeerId(
                identity.bundle.getGroupId(), identity.bundle.getWorkerId(), identity.bundle.getIncarnation());
    }

    /** Waits until what was counted since {@code earlier} is exactly this. */
    void awaitCounted(Map<String, Integer> earlier, Map<String, Integer> expected) {
        Awaitility.await()
                .untilAsserted(() -> assertThat(observer.since(earlier)).isEqualTo(expected));
        bystanderIsWell();
        assertThat(observer.since(earlier)).isEqualTo(expected);
    }

    /** The bystander's sessions serve it as before. */
    void bystanderIsWell() {
        try {
            byte[] reply = bystander
                    .call(ECHO, new byte[] {42}, Deadline.after(Patience.LIMIT))
                    .get();
            assertThat(reply).containsExactly(42);
            served.decrementAndGet();
        } catch (ExecutionException e) {
            throw new AssertionError("another session was disturbed", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /** How much waits for its time on the server's event loops. */
    int timers() {
        return medium.timers().size();
    }

    /** Steps the server's clock, and what is due by then happens. */
    void step(Duration span) {
        medium.step(span);
    }

    /** Waits until a case has left nothing on the server: no buffer beyond these, no timer beyond those of an idle server. */
    void awaitQuiet(long liveBytes) {
        Awaitility.await().untilAsserted(() -> {
            assertThat(allocator.live()).as("live bytes of buffers").isLessThanOrEqualTo(liveBytes);
            assertThat(medium.timers()).as("timers").hasSizeLessThanOrEqualTo(IDLE_TIMERS);
        });
    }

    /** Looks at what was put out since the last look, and {@link #close} at all of it again. */
    void noSecretWasTold() {
        Canary.of(secrets.toArray(byte[][]::new)).assertAbsentFrom(outputs.news());
    }

    /** A transport for workers, whose time is the server's. */
    Transport peers() {
        return peers;
    }

    /** Lets the calls of {@link #HOLD} be answered. */
    void release() {
        released.countDown();
    }

    Outputs outputs() {
        return outputs;
    }

    @Override
    public void close() {
        released.countDown();
        assertThat(bystander.closed()).as("the bystander's connection").isNotDone();
        peers.close();
        transport.close();
        outputs.close();
        Canary.of(secrets.toArray(byte[][]::new)).assertAbsentFrom(outputs.text());
        before.awaitReturn();
        Awaitility.await()
                .untilAsserted(() ->
                        assertThat(allocator.live()).as("live bytes of buffers").isZero());
    }
}
