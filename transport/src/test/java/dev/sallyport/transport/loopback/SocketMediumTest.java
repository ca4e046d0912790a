package dev.sallyport.transport.loopback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.sallyport.transport.Connection;
import dev.sallyport.transport.Deadline;
import dev.sallyport.transport.Lane;
import dev.sallyport.transport.MethodDescriptor;
import dev.sallyport.transport.Patience;
import dev.sallyport.transport.PeerSpec;
import dev.sallyport.transport.Routes;
import dev.sallyport.transport.Transport;
import dev.sallyport.transport.TransportConfig;
import dev.sallyport.transport.TransportConfig.Io;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoEventLoopGroup;
import io.netty.channel.IoHandler;
import io.netty.channel.SelectStrategy;
import io.netty.channel.SelectStrategyFactory;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.nio.NioIoHandler;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What {@link TransportConfig#io()} chooses (docs/adr/0082). */
class SocketMediumTest {

    private static void loopsAre(Io io, Class<? extends IoHandler> handler) {
        SocketMedium medium = new SocketMedium(TransportConfig.builder().io(io).build());
        try {
            for (EventLoopGroup group :
                    List.of(medium.accepting(), medium.control(), medium.data(), medium.client(Lane.DATA))) {
                assertThat(group)
                        .isInstanceOfSatisfying(
                                IoEventLoopGroup.class,
                                loops -> assertThat(loops.isIoType(handler)).isTrue());
            }
        } finally {
            medium.close();
        }
    }

    @Test
    void nioWhenAskedFor() {
        loopsAre(Io.NIO, NioIoHandler.class);
    }

    @Test
    void epollByItselfWhereItLoads() {
        loopsAre(Io.AUTO, Epoll.isAvailable() ? EpollIoHandler.class : NioIoHandler.class);
    }

    @Test
    void epollWhenAskedFor() {
        assumeThat(Epoll.isAvailable()).as("epoll on this system").isTrue();
        loopsAre(Io.EPOLL, EpollIoHandler.class);
    }

    @ParameterizedTest
    @EnumSource(
            value = Io.class,
            names = {"AUTO", "NIO"})
    void callsGoThroughWithBusyPoll(Io io) throws Exception {
        MethodDescriptor<byte[], byte[]> echo = MethodDescriptor.ofBytes("echo");
        TransportConfig polling =
                TransportConfig.builder().io(io).busyPoll(Duration.ofMillis(1)).build();
        try (Transport serving = LoopbackTransport.create(polling);
                Transport calling = LoopbackTransport.create(polling)) {
            var server = serving.bind(Routes.builder()
                    .onEventLoop(echo, (call, request) -> request)
                    .build());
            Connection connection =
                    calling.connect(server.issue(PeerSpec.of("group", "worker").mayCall(echo)), Routes.none());

            for (int size = 0; size < 200; size++) {
                assertThat(connection
                                .call(echo, new byte[size], Deadline.after(Patience.LIMIT))
                                .get())
                        .hasSize(size);
            }
        }
    }

    /** Each call is answered behind looks that did not block; a loop of NIO is never asked. */
    @ParameterizedTest
    @EnumSource(
            value = Io.class,
            names = {"EPOLL", "NIO"})
    void onlyEpollPolls(Io io) throws Exception {
        assumeThat(io == Io.NIO || Epoll.isAvailable())
                .as("epoll on this system")
                .isTrue();
        MethodDescriptor<byte[], byte[]> echo = MethodDescriptor.ofBytes("echo");
        AtomicInteger asked = new AtomicInteger();
        SelectStrategyFactory counting = () -> {
            SelectStrategy poll = BusyPoll.of(1_000_000).newSelectStrategy();
            return (ready, hasTasks) -> {
                asked.incrementAndGet();
                return poll.calculateStrategy(ready, hasTasks);
            };
        };
        TransportConfig config = TransportConfig.builder().io(io).build();
        try (Transport serving = new Assembly(config, new SocketMedium(config, counting));
                Transport calling = LoopbackTransport.create(config)) {
            var server = serving.bind(Routes.builder()
                    .onEventLoop(echo, (call, request) -> request)
                    .build());
            Connection connection =
                    calling.connect(server.issue(PeerSpec.of("group", "worker").mayCall(echo)), Routes.none());
            for (int call = 0; call < 20; call++) {
                assertThat(connection
                                .call(echo, new byte[call], Deadline.after(Patience.LIMIT))
                                .get())
                        .hasSize(call);
            }
        }
        assertThat(asked.get() > 0).as("asked %s times", asked).isEqualTo(io == Io.EPOLL);
    }

    @Test
    void oneSideMayUseNioAndTheOtherEpoll() throws Exception {
        MethodDescriptor<byte[], byte[]> echo = MethodDescriptor.ofBytes("echo");
        try (Transport serving = LoopbackTransport.create(
                        TransportConfig.builder().io(Io.NIO).build());
                Transport calling = LoopbackTransport.create(TransportConfig.defaults())) {
            var server = serving.bind(
                    Routes.builder().on(echo, (call, request) -> request).build());
            Connection connection =
                    calling.connect(server.issue(PeerSpec.of("group", "worker").mayCall(echo)), Routes.none());
            assertThat(connection
                            .call(echo, new byte[100_000], Deadline.after(Patience.LIMIT))
                            .get())
                    .hasSize(100_000);
        }
    }
}
