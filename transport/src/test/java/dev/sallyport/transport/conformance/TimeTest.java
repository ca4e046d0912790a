package dev.sallyport.transport.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.proto.v1.Lane;
import dev.sallyport.transport.PeerListener;
import dev.sallyport.transport.RejectReason;
import dev.sallyport.transport.RejectedException;
import dev.sallyport.transport.TransportConfig;
import dev.sallyport.transport.loopback.ManualClock;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is too old and too new. T02 and T03 are exact, on manual clocks, in {@code SessionTableTest} and {@code HandshakeTableTest}. */
class TimeTest extends CaseTest {

    @Test
    @DisplayName("T01 TIME ahead of the receiver's count")
    void T01_future() {
        cases.run("T01");
    }

    @Test
    @DisplayName("T01 TIME behind by more than ttl")
    void T01_stale() {
        try (ServerUnderTest server = new ServerUnderTest(config -> {}, PeerListener.NONE, new ManualClock())) {
            Identity identity = server.issue();
            Map<String, Integer> before = server.observer.counts();
            try (HostilePeer peer = HostilePeer.open(identity, Lane.LANE_DATA)) {
                byte[] waited = peer.calls(Messages.request(2, "test/echo", new byte[] {1}))
                        .time(0)
                        .bytes();
                int served = server.served.get();
                server.step(TransportConfig.defaults().ttl().plusMillis(1));
                peer.send(waited);
                peer.expectGoodbye(RejectReason.E_STALE);
                assertThat(server.served.get()).as("requests that ran").isEqualTo(served);
            }
            server.awaitCounted(before, Map.of("E_STALE", 1));
        }
    }

    @Test
    @DisplayName("T04 a HELLO whose clock is off, and the same worker once its clock is right")
    void T04_skewedHello() {
        cases.run("T04");
        Identity identity = target.issue();
        Map<String, Integer> before = target.observer.counts();
        try (HostilePeer skewed = HostilePeer.connect(identity)) {
            WireFrame hello = skewed.helloFrame(
                    identity.keyId(), skewed.helloParams().build().toByteArray());
            skewed.send(hello.time(hello.time - 60_000).bytes());
            skewed.expectSilentClose();
        }
        HostilePeer.open(identity, Lane.LANE_DATA).leave();
        target.awaitCounted(before, Map.of("E_AUTH(time)", 1));
    }

    @ParameterizedTest
    @DisplayName("T05 a ttl of zero or below")
    @ValueSource(longs = {0, -1, Long.MIN_VALUE / 1000})
    void T05_ttlOutOfRange(long millis) {
        assertThatThrownBy(() ->
                        TransportConfig.builder().ttl(Duration.ofMillis(millis)).build())
                .isInstanceOfSatisfying(
                        RejectedException.class,
                        rejected -> assertThat(rejected.reason()).isEqualTo(RejectReason.E_CONFIG_TTL));
    }
}
