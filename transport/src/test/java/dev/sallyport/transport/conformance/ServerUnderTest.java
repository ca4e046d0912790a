package dev.sallyport.transport.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.transport.Connection;
import dev.sallyport.transport.Deadline;
import dev.sallyport.transport.MethodDescriptor;
import dev.sallyport.transport.PeerId;
import dev.sallyport.transport.PeerListener;
import dev.sallyport.transport.PeerSpec;
import dev.sallyport.transport.Routes;
import dev.sallyport.transport.Transport;
import dev.sallyport.transport.TransportConfig;
import dev.sallyport.transport.TransportServer;
import dev.sallyport.transport.keys.Canary;
import dev.sallyport.transport.loopback.CountedLoopback;
import dev.sallyport.transport.loopback.LoopbackTransport;
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

    private final Resources before = Resources.now();
    private final CountDownLatch released = new CountDownLatch(1);
    private final Outputs outputs = Outputs.capture();
    private final List<byte[]> secrets = new ArrayList<>();
    private final Transport peers;
    private final Connection bystander;
    private int issued;
    final CountingAllocator allocator = new CountingAllocator();
    final CountingObserver observer = new CountingObserver();
    final AtomicInteger served = new AtomicInteger();
    final Transport transport;
    final TransportServer server;

    ServerUnderTest() {
        this(config -> {}, PeerListener.NONE);
    }

    ServerUnderTest(Consumer<TransportConfig.Builder> settings, PeerListener listener) {
        TransportConfig.Builder config = TransportConfig.builder().observer(observer);
        settings.accept(config);
        transport = CountedLoopback.create(config.build(), allocator);
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
        peers = LoopbackTransport.create(TransportConfig.defaults());
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
                .atMost(Duration.ofSeconds(10))
                .untilAsserted(() -> assertThat(observer.since(earlier)).isEqualTo(expected));
        bystanderIsWell();
        assertThat(observer.since(earlier)).isEqualTo(expected);
    }

    /** The bystander's sessions serve it as before. */
    void bystanderIsWell() {
        try {
            byte[] reply = bystander
                    .call(ECHO, new byte[] {42}, Deadline.after(Duration.ofSeconds(20)))
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

    void noSecretWasTold() {
        Canary.of(secrets.toArray(byte[][]::new)).assertAbsentFrom(outputs.text());
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
        noSecretWasTold();
        before.awaitReturn();
        Awaitility.await()
                .atMost(Duration.ofSeconds(10))
                .untilAsserted(() ->
                        assertThat(allocator.live()).as("live bytes of buffers").isZero());
    }
}
