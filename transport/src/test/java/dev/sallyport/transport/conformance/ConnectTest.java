package dev.sallyport.transport.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.transport.ControlLink;
import dev.sallyport.transport.Credential;
import dev.sallyport.transport.NoLeaks;
import dev.sallyport.transport.PeerId;
import dev.sallyport.transport.RejectReason;
import dev.sallyport.transport.RejectedException;
import dev.sallyport.transport.Routes;
import dev.sallyport.transport.Transport;
import dev.sallyport.transport.TransportConfig;
import dev.sallyport.transport.keys.HandMadeCredential;
import dev.sallyport.transport.loopback.AlteredSockets;
import dev.sallyport.transport.loopback.LoopbackTransport;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Connections that come to nothing before anybody has said a word. */
@ExtendWith(NoLeaks.class)
class ConnectTest {

    private static final int CONNECT_MILLIS = 300;

    private final CountingObserver observer = new CountingObserver();
    private final TransportConfig config =
            TransportConfig.builder().observer(observer).build();

    /** A socket that holds its address and does not listen, so that nobody else does. */
    private static Socket silent() throws IOException {
        Socket socket = new Socket();
        socket.setReuseAddress(true);
        socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        return socket;
    }

    private static Credential credential(InetSocketAddress address) {
        return HandMadeCredential.at(address, new PeerId("group", "nowhere", 1), CONNECT_MILLIS);
    }

    private void attachFails(Transport workers, InetSocketAddress address, RejectReason reason) {
        try (Credential credential = credential(address)) {
            assertThatThrownBy(() -> workers.attach(credential, ControlLink.Listener.NONE))
                    .isInstanceOf(RejectedException.class);
            assertThat(observer.counts()).containsKey(reason.name());
        }
    }

    @Test
    @DisplayName("E_CONNECT nobody listens where the credential points")
    void E_CONNECT_nobodyListens() throws IOException {
        try (Socket silent = silent();
                Transport workers = LoopbackTransport.create(config)) {
            attachFails(workers, (InetSocketAddress) silent.getLocalSocketAddress(), RejectReason.E_CONNECT);
            assertThat(observer.counts()).containsOnlyKeys("E_CONNECT");
        }
    }

    @Test
    @DisplayName("E_CONNECT an address that is taken cannot be bound, and is named")
    void E_CONNECT_addressTaken() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Transport servers = LoopbackTransport.create(TransportConfig.builder()
                        .bind("127.0.0.1", taken.getLocalPort())
                        .build())) {
            assertThatThrownBy(() -> servers.bind(Routes.none()))
                    .isInstanceOfSatisfying(
                            RejectedException.class,
                            rejected -> assertThat(rejected.reason()).isEqualTo(RejectReason.E_CONNECT))
                    .hasMessageContaining("cannot listen on 127.0.0.1, port " + taken.getLocalPort() + ": ")
                    .hasMessageContaining("if the port is in use");
        }
    }

    @Test
    @DisplayName("E_SELF_CONNECT a socket that the kernel connected to itself says nothing and is closed")
    void E_SELF_CONNECT_theKernelConnectsASocketToItself() throws IOException {
        try (Socket silent = silent()) {
            InetSocketAddress own = (InetSocketAddress) silent.getLocalSocketAddress();
            try (Transport workers = AlteredSockets.connectingFrom(config, own)) {
                attachFails(workers, own, RejectReason.E_SELF_CONNECT);
                assertThat(observer.counts().keySet()).isSubsetOf("E_SELF_CONNECT", "E_CONNECT");
            }
        }
    }
}
