package dev.sallyport.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.transport.TransportConfig.Io;
import dev.sallyport.transport.TransportConfig.Kdf;
import dev.sallyport.transport.TransportConfig.SecretMode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TransportConfigTest {

    @Test
    void everySettingReachesItsAccessor() {
        TransportObserver observer = new TransportObserver() {};
        TransportConfig config = TransportConfig.builder()
                .bind("::1", 4711)
                .maxPayloadBytes(5000)
                .ttl(Duration.ofSeconds(21))
                .nonceCacheSize(64 * 7)
                .maxSessions(11)
                .expectedPeers(7)
                .maxConcurrentCalls(13)
                .handlerThreads(3)
                .eventLoops(2)
                .writeStallTimeout(Duration.ofSeconds(4))
                .connectTimeout(Duration.ofSeconds(6))
                .directCallbacks(true)
                .io(Io.NIO)
                .busyPoll(Duration.ofNanos(70_000))
                .observer(observer)
                .build();

        assertThat(config.bindAddress().getAddress().getHostAddress()).isEqualTo("0:0:0:0:0:0:0:1");
        assertThat(config.bindAddress().getPort()).isEqualTo(4711);
        assertThat(config.maxPayloadBytes()).isEqualTo(5000);
        assertThat(config.maxBodyBytes()).isEqualTo(5000 - 1024);
        assertThat(config.ttl()).isEqualTo(Duration.ofSeconds(21));
        assertThat(config.nonceCacheSize()).isEqualTo(448);
        assertThat(config.maxSessions()).isEqualTo(11);
        assertThat(config.expectedPeers()).isEqualTo(7);
        assertThat(config.maxConcurrentCalls()).isEqualTo(13);
        assertThat(config.handlerThreads()).isEqualTo(3);
        assertThat(config.eventLoops()).isEqualTo(2);
        assertThat(config.writeStallTimeout()).isEqualTo(Duration.ofSeconds(4));
        assertThat(config.connectTimeout()).isEqualTo(Duration.ofSeconds(6));
        assertThat(config.directCallbacks()).isTrue();
        assertThat(config.io()).isEqualTo(Io.NIO);
        assertThat(config.busyPoll()).isEqualTo(Duration.ofNanos(70_000));
        assertThat(config.observer()).isSameAs(observer);
    }

    @Test
    void secretsAreGeneratedAndDerivedByDefault() {
        TransportConfig config = TransportConfig.defaults();

        assertThat(config.secretMode()).isEqualTo(SecretMode.GENERATED);
        assertThat(config.kdf()).isEqualTo(Kdf.HKDF_SHA256);
        assertThat(config.secretFile()).isNull();
        assertThat(config.secretSupplier()).isNull();
    }

    @Test
    void oneStaticSecretIsDerivedFrom() {
        Path file = Path.of("secret");
        Supplier<byte[]> supplier = () -> new byte[32];

        TransportConfig fromFile = TransportConfig.builder().staticSecret(file).build();
        TransportConfig fromSupplier =
                TransportConfig.builder().staticSecret(supplier).build();

        assertThat(fromFile.secretMode()).isEqualTo(SecretMode.STATIC);
        assertThat(fromFile.kdf()).isEqualTo(Kdf.HKDF_SHA256);
        assertThat(fromFile.secretFile()).isEqualTo(file);
        assertThat(fromSupplier.secretSupplier()).isSameAs(supplier);
    }

    @Test
    void secretsOfGroupsAreUsedAsTheyAre() {
        Path file = Path.of("secret");
        Supplier<byte[]> supplier = () -> new byte[32];

        TransportConfig config = TransportConfig.builder()
                .staticGroupSecrets(Map.of("a", file), Map.of("b", supplier))
                .build();

        assertThat(config.secretMode()).isEqualTo(SecretMode.STATIC);
        assertThat(config.kdf()).isEqualTo(Kdf.NONE);
        assertThat(config.groupSecretFiles()).containsOnly(Map.entry("a", file));
        assertThat(config.groupSecretSuppliers()).containsOnly(Map.entry("b", supplier));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0", "::", "192.168.0.1", "", "localhost", "127.0.0.2"})
    @DisplayName("C01 only a literal loopback address is bound")
    void C01_onlyALiteralLoopbackAddressIsBound(String host) {
        assertRefused(RejectReason.E_CONFIG_BIND, b -> b.bind(host, 0));
    }

    @Test
    @DisplayName("C02 a static mode without any secret is refused")
    void C02_aStaticModeWithoutAnySecretIsRefused() {
        assertRefused(RejectReason.E_CONFIG_SECRET, b -> b.staticGroupSecrets(Map.of()));
    }

    @Test
    @DisplayName("C03 generated secrets exclude a static one")
    void C03_generatedSecretsExcludeAStaticOne() {
        assertRefused(
                RejectReason.E_CONFIG_CONFLICT,
                b -> b.staticSecret(Path.of("secret")).generatedSecrets(Kdf.HKDF_SHA256));
    }

    @Test
    void aGroupHasOneStaticSecret() {
        assertRefused(
                RejectReason.E_CONFIG_DUPLICATE,
                b -> b.staticGroupSecrets(Map.of("a", Path.of("secret")), Map.of("a", () -> new byte[32])));
    }

    @Test
    @DisplayName("C06 write_stall_timeout is below ttl / 2, and every expected peer has 64 nonces")
    void C06_relationsBetweenSettingsAreChecked() {
        assertRefused(
                RejectReason.E_CONFIG_RELATION,
                b -> b.ttl(Duration.ofSeconds(20)).writeStallTimeout(Duration.ofSeconds(10)));
        assertThat(TransportConfig.builder().ttl(Duration.ofSeconds(12)).build().writeStallTimeout())
                .isEqualTo(Duration.ofSeconds(4));
        assertRefused(RejectReason.E_CONFIG_RELATION, b -> b.expectedPeers(10).nonceCacheSize(639));
    }

    @ParameterizedTest
    @ValueSource(ints = {4095, Integer.MAX_VALUE})
    @DisplayName("S01 max_payload_bytes has a floor and a ceiling")
    void S01_maxPayloadBytesHasAFloorAndACeiling(int bytes) {
        assertRefused(RejectReason.E_CONFIG_LIMIT, b -> b.maxPayloadBytes(bytes));
        assertThat(TransportConfig.builder().maxPayloadBytes(4096).build().maxPayloadBytes())
                .isEqualTo(4096);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1, 3_600_001})
    @DisplayName("T05 ttl is between 1 ms and 1 hour")
    void T05_ttlIsBetweenOneMillisecondAndOneHour(long millis) {
        assertRefused(RejectReason.E_CONFIG_TTL, b -> b.ttl(Duration.ofMillis(millis)));
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, 1_000_001})
    void busyPollIsBetweenZeroAndOneMillisecond(long nanos) {
        assertRefused(RejectReason.E_CONFIG_LIMIT, b -> b.busyPoll(Duration.ofNanos(nanos)));
    }

    @ParameterizedTest
    @CsvSource({"0, 1, 1, 1", "1, 0, 1, 1", "1, 1, 0, 1", "1, 1, 1, 0"})
    void countsAreAboveZero(int peers, int calls, int threads, int loops) {
        assertRefused(
                RejectReason.E_CONFIG_LIMIT,
                b -> b.expectedPeers(peers)
                        .maxConcurrentCalls(calls)
                        .handlerThreads(threads)
                        .eventLoops(loops));
    }

    private static void assertRefused(RejectReason reason, Consumer<TransportConfig.Builder> settings) {
        TransportConfig.Builder builder = TransportConfig.builder();
        settings.accept(builder);
        assertThatThrownBy(builder::build)
                .isInstanceOfSatisfying(
                        RejectedException.class, e -> assertThat(e.reason()).isEqualTo(reason));
    }
}
