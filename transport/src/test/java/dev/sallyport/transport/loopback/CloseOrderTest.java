package dev.sallyport.transport.loopback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.sallyport.transport.Connection;
import dev.sallyport.transport.Credential;
import dev.sallyport.transport.Deadline;
import dev.sallyport.transport.MethodDescriptor;
import dev.sallyport.transport.NoLeaks;
import dev.sallyport.transport.Patience;
import dev.sallyport.transport.PeerListener;
import dev.sallyport.transport.PeerSpec;
import dev.sallyport.transport.Routes;
import dev.sallyport.transport.Transport;
import dev.sallyport.transport.TransportConfig;
import dev.sallyport.transport.TransportServer;
import dev.sallyport.transport.inline.InlineTransport;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Programs close what they opened in any order, and some of it twice. */
@ExtendWith(NoLeaks.class)
class CloseOrderTest {

    private static final List<List<Integer>> ORDERS = List.of(
            List.of(0, 1, 2, 3), List.of(3, 2, 1, 0), List.of(3, 0, 2, 1), List.of(2, 3, 1, 0), List.of(1, 3, 0, 2));

    /** At a second each, far more than a test waits. */
    private static final int CLOSES = 200;

    static Stream<Function<TransportConfig, Transport>> media() {
        return Stream.of(LoopbackTransport::create, InlineTransport::create);
    }

    @ParameterizedTest
    @MethodSource("media")
    @DisplayName("A transport, its server and both ends of a connection close in any order, and twice")
    void closesInAnyOrderAndTwice(Function<TransportConfig, Transport> medium) {
        for (List<Integer> order : ORDERS) {
            Transport transport = medium.apply(TransportConfig.builder().build());
            PeerSpec spec = PeerSpec.of("group", "worker");
            TransportServer server = transport.bind(Routes.none(), PeerListener.NONE);
            Connection up = transport.connect(server.issue(spec), Routes.none());
            Connection down = server.connection(spec.id());
            Awaitility.await().until(down::isOpen);
            List<AutoCloseable> parts = List.of(up, down, server, transport);
            for (int round = 0; round < 2; round++) {
                for (int part : order) {
                    assertThatCode(parts.get(part)::close)
                            .as("part %d of order %s, time %d", part, order, round)
                            .doesNotThrowAnyException();
                }
            }
            Awaitility.await().untilAsserted(() -> {
                assertThat(up.closed()).isDone();
                assertThat(down.closed()).isDone();
            });
        }
    }

    @ParameterizedTest
    @MethodSource("media")
    @DisplayName("A stage of closed() may connect again: it does not run on an event loop")
    void reconnectsInAStageOfClosed(Function<TransportConfig, Transport> medium) throws Exception {
        try (Transport transport = medium.apply(TransportConfig.builder().build())) {
            PeerSpec spec = PeerSpec.of("group", "worker");
            TransportServer server = transport.bind(Routes.none(), PeerListener.NONE);
            Credential credential = server.issue(spec);
            Connection first = transport.connect(credential, Routes.none());
            CompletableFuture<Connection> second =
                    first.closed().thenApply(reason -> transport.connect(credential, Routes.none()));
            server.connection(spec.id()).close();
            assertThat(second.get(Patience.LIMIT.toSeconds(), TimeUnit.SECONDS).isOpen())
                    .isTrue();
        }
    }

    @ParameterizedTest
    @MethodSource("media")
    @DisplayName("close() of a connection does not wait for an event loop that is busy")
    void closeDoesNotWait(Function<TransportConfig, Transport> medium) {
        MethodDescriptor<byte[], byte[]> block = MethodDescriptor.ofBytes("test/block");
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        Routes blocking = Routes.builder()
                .onEventLoop(block, (call, request) -> {
                    begun.countDown();
                    release.await();
                    return request;
                })
                .build();
        try (Transport transport = medium.apply(TransportConfig.builder().build())) {
            PeerSpec spec = PeerSpec.of("group", "worker");
            TransportServer server = transport.bind(Routes.none(), PeerListener.NONE);
            Connection up = transport.connect(server.issue(spec), blocking);
            Connection down = server.connection(spec.id());
            Awaitility.await().until(down::isOpen);
            CompletableFuture<byte[]> call = down.call(block, new byte[1], Deadline.after(Patience.LIMIT));
            assertTimeoutPreemptively(Patience.LIMIT, () -> {
                begun.await();
                for (int i = 0; i < CLOSES; i++) {
                    up.close();
                }
            });
            release.countDown();
            assertThat(call.handle((reply, failure) -> true).join()).isTrue();
        }
    }
}
