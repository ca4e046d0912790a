package dev.sallyport.transport.loopback;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.transport.CallException;
import dev.sallyport.transport.CallStream;
import dev.sallyport.transport.Connection;
import dev.sallyport.transport.Credential;
import dev.sallyport.transport.Deadline;
import dev.sallyport.transport.Lane;
import dev.sallyport.transport.MethodDescriptor;
import dev.sallyport.transport.NoLeaks;
import dev.sallyport.transport.Outcome;
import dev.sallyport.transport.PeerId;
import dev.sallyport.transport.PeerSpec;
import dev.sallyport.transport.RejectReason;
import dev.sallyport.transport.RejectedException;
import dev.sallyport.transport.Routes;
import dev.sallyport.transport.Transport;
import dev.sallyport.transport.TransportConfig;
import dev.sallyport.transport.TransportObserver;
import dev.sallyport.transport.TransportServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * One end has no memory for its n-th buffer, for every n of a handshake and calls in both directions: each call has one outcome
 * in time, nothing of the buffers stays, and the session of another peer does not notice.
 */
@ExtendWith(NoLeaks.class)
class AllocationFailureTest {

    private static final MethodDescriptor<byte[], byte[]> ECHO = MethodDescriptor.ofBytes("echo");
    private static final MethodDescriptor<byte[], byte[]> TELL = MethodDescriptor.ofBytes("tell");
    private static final MethodDescriptor<byte[], byte[]> TALK =
            MethodDescriptor.ofBytes("talk").shaped(MethodDescriptor.Shape.BIDIRECTIONAL);

    /** Far behind any outcome that memory decides: the lost call of a session that did not end would run into it. */
    private static final Duration DEADLINE = Duration.ofSeconds(60);

    private static final int IN_TIME_SECONDS = 20;
    private static final int LARGE = 100_000;
    private static final PeerId BYSTANDER = new PeerId("group", "bystander", 1);

    private final FailingAllocator serverMemory = new FailingAllocator();
    private final FailingAllocator clientMemory = new FailingAllocator();
    private final AtomicInteger bystanderEnds = new AtomicInteger();
    private final Routes routes = Routes.builder()
            .onEventLoop(ECHO, (call, request) -> request)
            .on(TELL, (call, request) -> request)
            .onStream(TALK, (call, stream) -> {
                for (byte[] item = stream.receive(); item != null; item = stream.receive()) {
                    stream.send(item);
                }
            })
            .build();
    private Transport serverSide;
    private Transport clientSide;
    private TransportServer server;
    private Connection bystander;
    private int incarnation;

    @BeforeEach
    void open() {
        TransportConfig config = TransportConfig.builder()
                .observer(new TransportObserver() {
                    @Override
                    public void sessionClosed(PeerId peer, Lane lane, RejectReason reason) {
                        // its control lane has heartbeats of its own, which may be what has no memory
                        if (peer.equals(BYSTANDER) && lane == Lane.DATA) {
                            bystanderEnds.incrementAndGet();
                        }
                    }
                })
                .build();
        serverSide = over(config, serverMemory);
        clientSide = over(config, clientMemory);
        server = serverSide.bind(routes);
        bystander = clientSide.connect(
                server.issue(PeerSpec.of(BYSTANDER.group(), BYSTANDER.worker()).mayCall(ECHO)), routes);
    }

    private static Transport over(TransportConfig config, FailingAllocator memory) {
        return new Assembly(config, new AlteredSockets(config, memory));
    }

    @AfterEach
    void close() {
        clientSide.close();
        serverSide.close();
        Awaitility.await().untilAsserted(() -> {
            assertThat(clientMemory.live()).isZero();
            assertThat(serverMemory.live()).isZero();
        });
    }

    @Test
    void oneBufferOfTheServerFails() throws Exception {
        everyBufferOf(serverMemory, 1);
    }

    @Test
    void oneBufferOfTheClientFails() throws Exception {
        everyBufferOf(clientMemory, 1);
    }

    @Test
    void threeBuffersOfTheServerFail() throws Exception {
        everyBufferOf(serverMemory, 3);
    }

    @Test
    void threeBuffersOfTheClientFail() throws Exception {
        everyBufferOf(clientMemory, 3);
    }

    private void everyBufferOf(FailingAllocator memory, int length) throws Exception {
        int nth = 0;
        boolean failed = true;
        while (failed) {
            memory.failAt(nth, length);
            script();
            failed = memory.disarm();
            nth++;
            assertThat(bystander
                            .call(ECHO, new byte[] {3}, Deadline.after(DEADLINE))
                            .get(IN_TIME_SECONDS, TimeUnit.SECONDS))
                    .containsExactly(3);
        }
        System.out.println("buffers of the script: " + (nth - 1));
        assertThat(nth).as("buffers in the script").isGreaterThan(10);
        assertThat(bystanderEnds).as("ends of the other peer's sessions").hasValue(0);
    }

    /** A handshake of both lanes and calls of every kind; any of it may fail, none of it may hang. */
    private void script() throws Exception {
        PeerId victim = new PeerId("group", "victim", ++incarnation);
        try (Credential credential = server.issue(new PeerSpec(victim, Set.of("echo", "tell", "talk")));
                Connection worker = clientSide.connect(credential, routes)) {
            Connection down = server.connection(victim);
            List<CompletableFuture<?>> calls = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                calls.add(worker.call(ECHO, new byte[1500], Deadline.after(DEADLINE)));
                calls.add(worker.send(TELL, new byte[8]));
                calls.add(worker.call(TELL, new byte[8], Deadline.after(DEADLINE)));
                calls.add(down.call(TELL, new byte[8], Deadline.after(DEADLINE)));
            }
            // two frames that arrive in pieces
            calls.add(worker.call(ECHO, new byte[LARGE], Deadline.after(DEADLINE)));
            calls.add(worker.call(ECHO, new byte[LARGE], Deadline.after(DEADLINE)));
            talk(worker);
            for (CompletableFuture<?> call : calls) {
                outcome(call);
            }
            Awaitility.await().atMost(Duration.ofSeconds(IN_TIME_SECONDS)).until(() -> worker.inFlight() == 0);
        } catch (RejectedException refused) {
            assertThat(refused.reason()).as("%s", refused).isNotEqualTo(RejectReason.E_INTERNAL);
        } finally {
            server.revoke(victim);
        }
    }

    private static void talk(Connection worker) throws InterruptedException {
        try (CallStream<byte[], byte[]> stream = worker.open(TALK, Deadline.after(DEADLINE))) {
            stream.send(new byte[700]);
            stream.receive();
            stream.finish();
            stream.receive();
        } catch (CallException ended) {
            assertThat(ended.outcome()).isNotEqualTo(Outcome.DEADLINE_EXCEEDED);
        }
    }

    private static void outcome(CompletableFuture<?> call) throws Exception {
        try {
            call.get(IN_TIME_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            assertThat(e).hasCauseInstanceOf(CallException.class);
        }
    }
}
