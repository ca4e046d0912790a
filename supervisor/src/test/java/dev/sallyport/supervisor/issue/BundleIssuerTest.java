package dev.sallyport.supervisor.issue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.proto.v1.Bundle;
import dev.sallyport.supervisor.GroupSpec;
import dev.sallyport.supervisor.RuntimeConfig;
import dev.sallyport.supervisor.RuntimeProfile;
import dev.sallyport.supervisor.config.RuntimeConfigLoader;
import dev.sallyport.transport.PeerId;
import dev.sallyport.transport.RejectReason;
import dev.sallyport.transport.RejectedException;
import dev.sallyport.transport.Routes;
import dev.sallyport.transport.Transport;
import dev.sallyport.transport.TransportConfig;
import dev.sallyport.transport.TransportServer;
import dev.sallyport.transport.loopback.LoopbackTransport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class BundleIssuerTest {

    private static final int HEADER_BYTES = 9;
    private static final int DIGEST_BYTES = 32;

    private static final GroupSpec GROUP = GroupSpec.builder("scoring")
            .workers(2)
            .discoveryRoots(List.of("scoring.jar"))
            .build();

    private static final RuntimeConfig CONFIG = new RuntimeConfig(
            RuntimeConfig.Mode.PROCESS_SUPERVISOR,
            null,
            new RuntimeConfig.Lifecycle(Duration.ofSeconds(30), Duration.ofSeconds(7), true),
            List.of(GROUP),
            new RuntimeConfig.Scenario("experiment", Map.of("daily_loads", "3")));

    private static PeerId worker(int incarnation) {
        return new PeerId("scoring", "0", incarnation);
    }

    private static Bundle message(byte[] bundle) {
        try {
            return Bundle.parseFrom(Arrays.copyOfRange(bundle, HEADER_BYTES, bundle.length - DIGEST_BYTES));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Bundle issueOne(TransportConfig settings) {
        try (Transport transport = LoopbackTransport.create(settings);
                TransportServer server = transport.bind(Routes.none())) {
            return message(
                    new BundleIssuer(server, CONFIG).issue(worker(1), GROUP).publish());
        }
    }

    @Test
    void theBundleHoldsWhatTheChildBuildsItselfFrom() {
        Bundle bundle = issueOne(TransportConfig.defaults());
        assertThat(bundle.getGroupId()).isEqualTo("scoring");
        assertThat(bundle.getWorkerId()).isEqualTo("0");
        assertThat(bundle.getIncarnation()).isEqualTo(1);
        assertThat(bundle.getScenarioId()).isEqualTo("experiment");
        assertThat(bundle.getSelectorsMap()).containsExactly(Map.entry("daily_loads", "3"));
        assertThat(bundle.getDiscoveryRootsList()).containsExactly("scoring.jar");
        assertThat(RuntimeProfile.parse(bundle.getRuntime().toStringUtf8()).gracefulTimeout())
                .isEqualTo(Duration.ofSeconds(7));
    }

    @Test
    void theBundleHoldsHowLongLoopsPoll() {
        RuntimeConfig config = RuntimeConfigLoader.parse("""
                runtime:
                  platform:
                    execution_ipc: {transport: tcp_local, busy_poll_us: 100}
                    process_groups: [{name: scoring}]
                """, Path.of("")).config();
        try (Transport transport = LoopbackTransport.create(TransportConfig.defaults());
                TransportServer server = transport.bind(Routes.none())) {
            Bundle bundle = message(
                    new BundleIssuer(server, config).issue(worker(1), GROUP).publish());
            assertThat(RuntimeProfile.parse(bundle.getRuntime().toStringUtf8()).busyPoll())
                    .isEqualTo(Duration.ofNanos(100_000));
        }
    }

    @Test
    @DisplayName("KEY-IPC-01 generated secrets are fresh random bytes, at each start and for each incarnation")
    void KEY_IPC_01_fresh() {
        Set<String> keys = new HashSet<>();
        for (TransportConfig.Kdf kdf : TransportConfig.Kdf.values()) {
            TransportConfig settings =
                    TransportConfig.builder().generatedSecrets(kdf).build();
            for (int start = 0; start < 3; start++) {
                Bundle bundle = issueOne(settings);
                keys.add(HexFormat.of().formatHex(bundle.getBaseW2S().toByteArray()));
                keys.add(HexFormat.of().formatHex(bundle.getBaseS2W().toByteArray()));
            }
        }
        assertThat(keys).hasSize(12).allSatisfy(key -> assertThat(key).hasSize(64));
    }

    @Test
    @DisplayName("KEY-IPC-02 a static secret is taken as it is, or keys are derived from it")
    void KEY_IPC_02_static() {
        byte[] secret = new byte[32];
        Arrays.fill(secret, (byte) 0x5a);
        TransportConfig none = TransportConfig.builder()
                .staticGroupSecrets(Map.of(), Map.of("scoring", secret::clone))
                .build();
        assertThat(issueOne(none).getBaseW2S()).isEqualTo(issueOne(none).getBaseW2S());
        TransportConfig derived =
                TransportConfig.builder().staticSecret(secret::clone).build();
        assertThat(issueOne(derived).getBaseW2S())
                .as("each start has its own boot_id")
                .isNotEqualTo(issueOne(derived).getBaseW2S());
    }

    @Test
    @DisplayName("KEY-IPC-03 K09 a bundle is published once and consumed once; a second of either is an error")
    void KEY_IPC_03_once() {
        try (Transport transport = LoopbackTransport.create(TransportConfig.defaults());
                TransportServer server = transport.bind(Routes.none())) {
            IssuedBundle bundle = new BundleIssuer(server, CONFIG).issue(worker(1), GROUP);
            refused(bundle::consumed);
            assertThat(bundle.publish()).isNotEmpty();
            refused(bundle::publish);
            bundle.consumed();
            refused(bundle::consumed);
            refused(bundle::publish);
            assertThat(bundle.state()).isEqualTo(IssuedBundle.State.CONSUMED);
        }
    }

    @Test
    @DisplayName("KEY-IPC-03 a bundle that was revoked is published no more, and an incarnation is issued once")
    void KEY_IPC_03_revoked() {
        try (Transport transport = LoopbackTransport.create(TransportConfig.defaults());
                TransportServer server = transport.bind(Routes.none())) {
            BundleIssuer issuer = new BundleIssuer(server, CONFIG);
            IssuedBundle bundle = issuer.issue(worker(1), GROUP);
            refused(() -> issuer.issue(worker(1), GROUP));
            bundle.revoke();
            refused(bundle::publish);
            assertThat(issuer.issue(worker(2), GROUP).publish()).isNotEmpty();
        }
    }

    @Test
    @DisplayName("KEY-IPC-04 neither the bundle nor its errors say anything of the keys")
    void KEY_IPC_04_silent() {
        try (Transport transport = LoopbackTransport.create(TransportConfig.defaults());
                TransportServer server = transport.bind(Routes.none())) {
            IssuedBundle bundle = new BundleIssuer(server, CONFIG).issue(worker(1), GROUP);
            bundle.publish();
            assertThat(bundle).hasToString("IssuedBundle[scoring/0#1]");
            assertThatThrownBy(bundle::publish)
                    .hasMessage(
                            "E_BUNDLE_STATE: the bundle of scoring/0#1 cannot be published: it is PUBLISHED, and each happens once");
        }
    }

    private static void refused(ThrowingCallable action) {
        assertThatThrownBy(action)
                .isInstanceOfSatisfying(
                        RejectedException.class, e -> assertThat(e.reason()).isEqualTo(RejectReason.E_BUNDLE_STATE));
    }
}
