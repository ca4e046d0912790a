package dev.sallyport.transport.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.proto.v1.Lane;
import dev.sallyport.transport.PeerListener;
import dev.sallyport.transport.PeerSpec;
import dev.sallyport.transport.RejectReason;
import dev.sallyport.transport.RejectedException;
import dev.sallyport.transport.Routes;
import dev.sallyport.transport.Transport;
import dev.sallyport.transport.TransportConfig;
import dev.sallyport.transport.loopback.LoopbackTransport;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One worker against another. X05 from the worker's side is in {@code WorkerSideTest}. */
class CrossPeerTest extends CaseTest {

    @Test
    @DisplayName("X01 the key_id of another with keys of one's own")
    void X01_keyIdOfAnother() {
        Identity a = target.issue();
        Identity b = target.issue();
        Map<String, Integer> before = target.observer.counts();
        try (HostilePeer peer = HostilePeer.connect(a)) {
            peer.send(peer.helloFrame(b.keyId(), peer.helloParams().build().toByteArray())
                    .bytes());
            peer.expectSilentClose();
        }
        target.awaitCounted(before, Map.of("E_AUTH(mac)", 1));
    }

    @Test
    @DisplayName("X02 a worker lured to another port does not get through, even relayed byte by byte")
    void X02_luredToAnotherPort(@TempDir Path folder) throws IOException {
        Identity lured = target.issue();
        Map<String, Integer> before = target.observer.counts();
        CountingObserver luredSees = new CountingObserver();
        try (Transport workers = LoopbackTransport.create(
                TransportConfig.builder().observer(luredSees).build())) {
            CompletableFuture<?> connected;
            try (ServerSocket trap = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
                Path file = lured.movedTo(trap.getLocalPort(), 700).writeTo(folder);
                connected = CompletableFuture.supplyAsync(() -> workers.connect(file, Routes.none()));
                relayOnce(trap, lured.address());
            }
            assertThatThrownBy(connected::join).hasCauseInstanceOf(RejectedException.class);
            Awaitility.await()
                    .untilAsserted(() -> assertThat(luredSees.counts()).containsKey("E_PEER_AUTH"));
        }
        target.awaitCounted(before, Map.of("E_AUTH(mac)", 1));
    }

    private static void relayOnce(ServerSocket trap, InetSocketAddress server) throws IOException {
        try (Socket worker = trap.accept();
                Socket onward = new Socket(server.getAddress(), server.getPort())) {
            byte[] hello = new byte[1024];
            int n = worker.getInputStream().read(hello);
            onward.getOutputStream().write(hello, 0, n);
            assertThat(onward.getInputStream().read()).isEqualTo(-1);
        }
    }

    @Test
    @DisplayName("X03 a relayed HELLO with a FINISH of one's own")
    void X03_splicedFinish() {
        Identity a = target.issue();
        Identity b = target.issue();
        Map<String, Integer> before = target.observer.counts();
        try (HostilePeer relayed = HostilePeer.connect(b)) {
            relayed.send(relayed.hello());
            relayed.readChallenge();
            WireFrame spliced = relayed.finishFrame().key(a.handshakeKey("w2s"));
            relayed.send(spliced.bytes());
            relayed.expectSilentClose();
        }
        target.awaitCounted(before, Map.of("E_AUTH(mac)", 1));
    }

    @Test
    @DisplayName("X04 identity is the session's, whatever a payload says")
    void X04_identityIsTheSessions() {
        cases.run("X04");
    }

    @Test
    @DisplayName("X05 a second worker in a group whose secret is used as it is")
    void X05_secondWorkerOfAGroup() {
        byte[] secret = "a static secret of the test, 40 bytes long".getBytes(StandardCharsets.US_ASCII);
        byte[] other = "another static secret, also 40 bytes long".getBytes(StandardCharsets.US_ASCII);
        try (ServerUnderTest server = new ServerUnderTest(
                config ->
                        config.staticGroupSecrets(Map.of(), Map.of("group", secret::clone, "bystanders", other::clone)),
                PeerListener.NONE)) {
            server.guard(secret);
            Identity only = server.issue(PeerSpec.of("group", "one"));
            assertThatThrownBy(() -> server.server.issue(PeerSpec.of("group", "two")))
                    .isInstanceOfSatisfying(
                            RejectedException.class,
                            rejected -> assertThat(rejected.reason()).isEqualTo(RejectReason.E_CONFIG_ISOLATION));
            HostilePeer.open(only, Lane.LANE_DATA).leave();
        }
    }
}
