package dev.sallyport.transport.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.proto.v1.Lane;
import dev.sallyport.transport.RejectReason;
import dev.sallyport.transport.RejectedException;
import dev.sallyport.transport.TransportConfig;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The security contract of the local transport, by the names of its clauses. */
class SecIpcTest extends CaseTest {

    @Test
    @DisplayName("SEC-IPC-01 a valid peer is accepted and served on both lanes")
    void SEC_IPC_01_validIsAccepted() {
        Identity identity = target.issue();
        Map<String, Integer> before = target.observer.counts();
        int opened = target.observer.opened.get();
        try (HostilePeer control = HostilePeer.open(identity, Lane.LANE_CONTROL);
                HostilePeer data = HostilePeer.open(identity, Lane.LANE_DATA)) {
            data.send(
                    data.calls(Messages.request(2, "test/echo", new byte[] {7})).bytes());
            var answer = Messages.of(data.readFrame().payload).getMessages(0).getResponse();
            assertThat(answer.getPayload().toByteArray()).containsExactly(7);
            assertThat(target.observer.opened.get() - opened).isEqualTo(2);
            data.sayGoodbye();
            control.sayGoodbye();
            data.readToEnd();
            control.readToEnd();
        }
        target.awaitCounted(before, Map.of());
    }

    @Test
    @DisplayName("SEC-IPC-02 a wrong HMAC is refused in silence, in the handshake and in a session")
    void SEC_IPC_02_wrongHmacIsRefused() {
        cases.run("M02");
        cases.run("M11");
    }

    @Test
    @DisplayName("SEC-IPC-03 an expired HELLO is refused")
    void SEC_IPC_03_expiredIsRefused() {
        cases.run("T04");
    }

    @Test
    @DisplayName("SEC-IPC-04 a replayed HELLO and a replayed frame are refused")
    void SEC_IPC_04_replayedIsRefused() {
        Identity identity = target.issue();
        byte[] recorded;
        try (HostilePeer first = HostilePeer.open(identity, Lane.LANE_DATA)) {
            recorded = first.lastHello;
            first.sayGoodbye();
            first.readToEnd();
        }
        Map<String, Integer> before = target.observer.counts();
        try (HostilePeer second = HostilePeer.connect(identity)) {
            second.send(recorded);
            second.expectSilentClose();
        }
        target.awaitCounted(before, Map.of("E_AUTH(nonce)", 1));
        cases.run("R01");
    }

    @Test
    @DisplayName("SEC-IPC-05 an oversized frame is refused before anything of it is decoded or held")
    void SEC_IPC_05_oversizedIsRefusedBeforeDecoding() {
        cases.run("F07");
        long live = target.allocator.live();
        target.allocator.resetPeak();
        cases.run("F05");
        assertThat(target.allocator.peak() - live).isLessThan(16 * 1024);
    }

    @Test
    @DisplayName("SEC-IPC-06 an unknown kind is refused")
    void SEC_IPC_06_unknownKindIsRefused() {
        int served = target.served.get();
        cases.run("V01");
        assertThat(target.served.get()).isEqualTo(served);
    }

    @ParameterizedTest
    @DisplayName("SEC-IPC-07 a bind to anything but a literal loopback address is refused")
    @ValueSource(strings = {"0.0.0.0", "::", "192.168.1.1", "127.0.0.2", "localhost", "", "::ffff:127.0.0.1"})
    void SEC_IPC_07_otherAddressesAreRefused(String host) {
        assertThatThrownBy(() -> TransportConfig.builder().bind(host, 0).build())
                .isInstanceOfSatisfying(
                        RejectedException.class,
                        rejected -> assertThat(rejected.reason()).isEqualTo(RejectReason.E_CONFIG_BIND));
    }

    @Test
    @DisplayName("SEC-IPC-08 no failure tells a secret in a log, on standard output or in a counter")
    void SEC_IPC_08_noSecretInFailures() {
        for (String id : new String[] {"F12", "M04", "H04", "H05", "R03", "V04", "P06"}) {
            cases.run(id);
        }
        // at most a second later
        Awaitility.await()
                .untilAsserted(() -> assertThat(target.outputs().text()).contains("dev.sallyport.transport.refused"));
        target.noSecretWasTold();
    }
}
