package dev.sallyport.transport.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sallyport.proto.v1.Goodbye;
import dev.sallyport.transport.ControlLink;
import dev.sallyport.transport.Credential;
import dev.sallyport.transport.NoLeaks;
import dev.sallyport.transport.Patience;
import dev.sallyport.transport.RejectReason;
import dev.sallyport.transport.RejectedException;
import dev.sallyport.transport.Routes;
import dev.sallyport.transport.Transport;
import dev.sallyport.transport.TransportConfig;
import dev.sallyport.transport.keys.Canary;
import dev.sallyport.transport.loopback.CountedLoopback;
import dev.sallyport.transport.loopback.ManualClock;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A worker that meets a server which is not its own, or which misbehaves. */
@ExtendWith(NoLeaks.class)
class WorkerSideTest {

    /** How long the worker tries; it passes when the test says so. */
    private static final int CONNECT_MILLIS = (int) Patience.LIMIT.toMillis();

    private final CountingObserver observer = new CountingObserver();
    private final Resources resources = Resources.now();
    private final AtomicInteger handled = new AtomicInteger();
    private HostileServer server;
    private CountedLoopback medium;
    private Transport workers;

    @BeforeEach
    void open() {
        server = new HostileServer(CONNECT_MILLIS);
        TransportConfig config = TransportConfig.builder().observer(observer).build();
        medium = new CountedLoopback(config, UnpooledByteBufAllocator.DEFAULT, ManualClock.running());
        workers = medium.transport(config);
    }

    @AfterEach
    void close() {
        workers.close();
        server.close();
        resources.awaitReturn();
    }

    private Routes routes() {
        return Routes.builder()
                .onEventLoop(ServerUnderTest.ECHO, (call, request) -> {
                    handled.incrementAndGet();
                    return request;
                })
                .build();
    }

    private CompletableFuture<ControlLink> attach(Credential credential) {
        return CompletableFuture.supplyAsync(() -> workers.attach(credential, ControlLink.Listener.NONE));
    }

    /** Answers every HELLO with these bytes, one connection at a time, until the worker gives up; it says nothing more on any connection. */
    private void refused(Function<HostileServer.Accepted, byte[]> answer) {
        CompletableFuture<ControlLink> attached = attach(server.credential);
        attached.whenComplete((link, failure) -> server.close());
        int connections = 0;
        Optional<HostileServer.Accepted> next = server.acceptUntilClosed();
        while (next.isPresent()) {
            try (HostileServer.Accepted accepted = next.get()) {
                connections++;
                accepted.peer.send(answer.apply(accepted));
                assertThat(accepted.peer.readToEnd()).as("bytes behind HELLO").isEmpty();
            }
            if (connections == 2) {
                timeIsUp();
            }
            next = server.acceptUntilClosed();
        }
        RejectedException rejected = rejection(attached);
        awaitCounted("E_PEER_AUTH", connections);
        Canary.of(server.identity.secrets()).assertAbsentFrom(rejected);
    }

    /** The worker's limit for connecting has passed: it tries once more at most. */
    private void timeIsUp() {
        medium.step(Duration.ofMillis(CONNECT_MILLIS));
    }

    /** At least so often: a worker tries again while its server is being closed. */
    private void awaitCounted(String code, int count) {
        Awaitility.await()
                .untilAsserted(() -> assertThat(observer.counts())
                        .hasEntrySatisfying(code, counted -> assertThat(counted).isGreaterThanOrEqualTo(count)));
        assertThat(observer.counts().keySet()).isSubsetOf(code, "E_PEER_AUTH", "E_CONNECT");
    }

    private static RejectedException rejection(CompletableFuture<?> attached) {
        Throwable failure = catchThrowableOfType(Exception.class, attached::join);
        assertThat(failure.getCause()).isInstanceOf(RejectedException.class);
        return (RejectedException) failure.getCause();
    }

    private static byte[] flipped(byte[] bytes, int bit) {
        byte[] copy = bytes.clone();
        copy[bit / 8] ^= (byte) (1 << (bit % 8));
        return copy;
    }

    @Test
    @DisplayName("H06 a CHALLENGE altered in any bit proves nothing")
    void H06_alteredChallenge() {
        int[] bits = {47, 90, 130, 300};
        AtomicInteger next = new AtomicInteger();
        refused(accepted -> flipped(accepted.challenge(), bits[next.getAndIncrement() % bits.length]));
    }

    @Test
    @DisplayName("H07 a CHALLENGE of an earlier connection proves nothing")
    void H07_replayedChallenge() {
        AtomicReference<byte[]> first = new AtomicReference<>();
        refused(accepted -> {
            if (first.compareAndSet(null, accepted.challenge())) {
                accepted.peer.endOutput();
                return new byte[0];
            }
            return first.get();
        });
    }

    @Test
    @DisplayName("H10 READY withheld: the worker leaves and has sent nothing but FINISH")
    void H10_readyWithheld() {
        CompletableFuture<ControlLink> attached = attach(server.credential);
        try (HostileServer.Accepted accepted = server.accept()) {
            accepted.peer.send(accepted.challenge());
            accepted.readFinish();
            medium.step(Duration.ofSeconds(2));
            assertThat(accepted.peer.readToEnd()).as("bytes before READY").isEmpty();
        }
        server.close();
        timeIsUp();
        rejection(attached);
        awaitCounted("E_PEER_AUTH", 1);
    }

    @Test
    @DisplayName("H10 anything but READY first: the worker leaves in silence")
    void H10_anotherFrameFirst() {
        CompletableFuture<ControlLink> attached = attach(server.credential);
        try (HostileServer.Accepted accepted = server.accept()) {
            accepted.peer.send(accepted.challenge());
            accepted.readFinish();
            accepted.peer.send(accepted.peer.frame(17, 2, new byte[] {8, 1}).bytes());
            assertThat(accepted.peer.readToEnd()).as("bytes before READY").isEmpty();
        }
        server.close();
        timeIsUp();
        rejection(attached);
        awaitCounted("E_HS_ORDER", 1);
    }

    @Test
    @DisplayName("F07 before READY a worker takes no frame above 572, although the session's limit is higher")
    void F07_limitBeforeReady() {
        CompletableFuture<ControlLink> attached = attach(server.credential);
        try (HostileServer.Accepted accepted = server.accept()) {
            accepted.peer.send(accepted.challenge());
            accepted.readFinish();
            accepted.peer.send(new byte[] {0, 0, 2, 61});
            assertThat(accepted.peer.readToEnd()).isEmpty();
        }
        server.close();
        timeIsUp();
        rejection(attached);
        awaitCounted("E_LEN_LONG", 1);
    }

    @Test
    @DisplayName("H11 bytes behind CHALLENGE are refused as well")
    void H11_bytesBehindChallenge() {
        refused(accepted -> Arrays.copyOf(accepted.challenge(), accepted.challenge().length + 1));
    }

    @Test
    @DisplayName("H13 a schema that was not offered")
    void H13_schemaNotOffered() {
        refused(accepted -> accepted.sent(
                accepted.challengeFrame(accepted.params().setSchema(2).build())));
    }

    @Test
    @DisplayName("H14 a CHALLENGE of suite 2")
    void H14_suiteTwo() {
        refused(accepted -> {
            WireFrame challenge = accepted.challengeFrame(accepted.params().build());
            challenge.context = Identity.sha256(server.identity.th0(2), accepted.hello);
            return challenge.bytes();
        });
    }

    @Test
    @DisplayName("M03 the worker's own HELLO echoed back proves nothing")
    void M03_helloEchoed() {
        refused(accepted -> accepted.hello);
    }

    @Test
    @DisplayName("X05 a group-mate poses as the supervisor with all that it knows")
    void X05_groupMatePosesAsSupervisor() {
        try (HostileServer mate = new HostileServer(CONNECT_MILLIS)) {
            refused(accepted -> {
                WireFrame challenge = accepted.challengeFrame(accepted.params().build());
                challenge.key = mate.identity.handshakeKey("s2w");
                return challenge.bytes();
            });
        }
    }

    @Test
    @DisplayName("V06 a request before the worker has reported READY is never dispatched")
    void V06_requestBeforeReady() {
        CompletableFuture<ControlLink> attached = attach(server.credential);
        try (HostileServer.Accepted control = server.open()) {
            ControlLink link = attached.join();
            CompletableFuture<?> opened = CompletableFuture.supplyAsync(() -> link.openData(routes()));
            try (HostileServer.Accepted data = server.open()) {
                opened.join();
                data.peer.send(data.peer
                        .calls(Messages.request(1, "test/echo", new byte[] {1}))
                        .bytes());
                data.peer.expectGoodbye(RejectReason.E_HS_ORDER);
            }
            assertThat(handled).hasValue(0);
            awaitCounted("E_HS_ORDER", 1);
            link.close();
            assertThat(control.peer.readFrame().type).isEqualTo(18);
        }
    }

    @Test
    @DisplayName("H15 a worker that is told E_SUPERSEDED never connects again")
    void H15_supersededNeverReconnects() {
        CompletableFuture<RejectReason> ended = new CompletableFuture<>();
        CompletableFuture<ControlLink> attached =
                CompletableFuture.supplyAsync(() -> workers.attach(server.credential, new ControlLink.Listener() {
                    @Override
                    public void ended(RejectReason reason) {
                        ended.complete(reason);
                    }
                }));
        try (HostileServer.Accepted control = server.open()) {
            attached.join();
            Goodbye bye = Goodbye.newBuilder()
                    .setCode(RejectReason.E_SUPERSEDED.number())
                    .build();
            control.peer.send(control.peer.frame(18, 0, bye.toByteArray()).bytes());
            control.peer.expectGoodbye(RejectReason.OK_CLOSE);
        }
        Awaitility.await().until(ended::isDone);
        assertThat(ended.join()).isEqualTo(RejectReason.E_SUPERSEDED);
        assertThat(observer.counts()).isEmpty();
    }

    @Test
    @DisplayName("E_SEQ_EXHAUSTED a worker that is told so connects again, which gives it new keys")
    void E_SEQ_EXHAUSTED_connectsAgainWithNewKeys() {
        CompletableFuture<Void> regained = new CompletableFuture<>();
        CompletableFuture<ControlLink> attached =
                CompletableFuture.supplyAsync(() -> workers.attach(server.credential, new ControlLink.Listener() {
                    @Override
                    public void regained() {
                        regained.complete(null);
                    }
                }));
        byte[] firstHello;
        byte[] firstKey;
        try (HostileServer.Accepted control = server.open()) {
            attached.join();
            firstHello = control.hello;
            firstKey = control.peer.keyOut;
            Goodbye bye = Goodbye.newBuilder()
                    .setCode(RejectReason.E_SEQ_EXHAUSTED.number())
                    .build();
            control.peer.send(control.peer.frame(18, 0, bye.toByteArray()).bytes());
            control.peer.expectGoodbye(RejectReason.OK_CLOSE);
        }
        try (HostileServer.Accepted again = server.open()) {
            assertThat(again.hello).isNotEqualTo(firstHello);
            assertThat(again.peer.keyOut).isNotEqualTo(firstKey);
            Awaitility.await().until(regained::isDone);
        }
    }
}
