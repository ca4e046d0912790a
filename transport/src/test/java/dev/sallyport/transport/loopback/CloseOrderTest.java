package dev.sallyport.transport.loopback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.sallyport.transport.Connection;
import dev.sallyport.transport.PeerListener;
import dev.sallyport.transport.PeerSpec;
import dev.sallyport.transport.Routes;
import dev.sallyport.transport.Transport;
import dev.sallyport.transport.TransportConfig;
import dev.sallyport.transport.TransportServer;
import dev.sallyport.transport.inline.InlineTransport;
import io.github.nettyplus.leakdetector.junit.NettyLeakDetectorExtension;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Programs close what they opened in any order, and some of it twice. */
@ExtendWith(NettyLeakDetectorExtension.class)
class CloseOrderTest {

    private static final List<List<Integer>> ORDERS = List.of(
            List.of(0, 1, 2, 3), List.of(3, 2, 1, 0), List.of(3, 0, 2, 1), List.of(2, 3, 1, 0), List.of(1, 3, 0, 2));

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
}
