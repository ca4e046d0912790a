package dev.sallyport.transport.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.proto.v1.Goodbye;
import dev.sallyport.transport.Connection;
import dev.sallyport.transport.ControlLink;
import dev.sallyport.transport.NoLeaks;
import dev.sallyport.transport.Patience;
import dev.sallyport.transport.RejectReason;
import dev.sallyport.transport.Routes;
import dev.sallyport.transport.Transport;
import dev.sallyport.transport.TransportConfig;
import dev.sallyport.transport.loopback.CountedLoopback;
import dev.sallyport.transport.loopback.ManualClock;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A worker whose lanes are lost and not regained. Its time is the test's. */
@ExtendWith(NoLeaks.class)
class LaneLossTest {

    private final HostileServer server = new HostileServer((int) Patience.LIMIT.toMillis());
    private final CountedLoopback medium =
            new CountedLoopback(TransportConfig.builder().build(), UnpooledByteBufAllocator.DEFAULT, new ManualClock());
    private final Transport workers = medium.transport(TransportConfig.builder().build());
    private final CompletableFuture<RejectReason> ended = new CompletableFuture<>();

    @AfterEach
    void close() {
        server.close();
        workers.close();
    }

    private CompletableFuture<ControlLink> attach() {
        return CompletableFuture.supplyAsync(() -> workers.attach(server.credential, new ControlLink.Listener() {
            @Override
            public void ended(RejectReason reason) {
                ended.complete(reason);
            }
        }));
    }

    /** Answers every connection that still comes in this way. */
    private void answerAll(Consumer<HostileServer.Accepted> answer) {
        CompletableFuture<?> unused = CompletableFuture.runAsync(() -> {
            Optional<HostileServer.Accepted> next = server.acceptUntilClosed();
            while (next.isPresent()) {
                try (HostileServer.Accepted accepted = next.get()) {
                    answer.accept(accepted);
                } catch (UncheckedIOException gaveUp) {
                    // the worker's time for this attempt was over
                }
                next = server.acceptUntilClosed();
            }
        });
    }

    private void letTimePassUntilTheEnd() {
        Awaitility.await().until(() -> {
            medium.step(Duration.ofMillis(100));
            return ended.isDone();
        });
    }

    private static byte[] goodbye(RejectReason reason) {
        return Goodbye.newBuilder().setCode(reason.number()).build().toByteArray();
    }

    @Test
    @DisplayName("N03 a data lane that is not regained ends the control lane too: the worker cannot serve any more")
    void N03_dataLaneGivenUp() {
        CompletableFuture<ControlLink> attached = attach();
        try (HostileServer.Accepted control = server.open()) {
            ControlLink link = attached.join();
            CompletableFuture<Connection> opened = CompletableFuture.supplyAsync(() -> link.openData(Routes.none()));
            Connection data;
            try (HostileServer.Accepted lost = server.open()) {
                data = opened.join();
                assertThat(lost.hello).isNotEmpty();
            }
            answerAll(refused -> {});
            letTimePassUntilTheEnd();
            control.peer.expectGoodbye(RejectReason.E_INTERNAL);
            assertThat(ended.join()).isIn(RejectReason.E_PEER_AUTH, RejectReason.E_CONNECT);
            Awaitility.await().until(data.closed()::isDone);
            assertThat(data.closed().join()).isEqualTo(ended.join());
            link.close();
        }
    }

    @Test
    @DisplayName("N04 a lane that opens and fails at once: fewer than 15 handshakes, and an end after 10 s")
    void N04_opensAndFailsAtOnce() {
        AtomicInteger handshakes = new AtomicInteger();
        CompletableFuture<ControlLink> attached = attach();
        try (HostileServer.Accepted control = server.open()) {
            attached.join();
            control.peer.send(
                    control.peer.frame(18, 0, goodbye(RejectReason.E_INTERNAL)).bytes());
            control.peer.expectGoodbye(RejectReason.OK_CLOSE);
        }
        answerAll(accepted -> {
            accepted.peer.send(accepted.challenge());
            accepted.readFinish();
            handshakes.incrementAndGet();
            accepted.peer.send(accepted.ready());
            accepted.peer.send(
                    accepted.peer.frame(18, 0, goodbye(RejectReason.E_INTERNAL)).bytes());
            accepted.peer.readToEnd();
        });
        letTimePassUntilTheEnd();
        assertThat(handshakes).hasValueLessThan(15);
        attached.join().close();
    }
}
