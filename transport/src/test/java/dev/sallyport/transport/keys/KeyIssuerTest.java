package dev.sallyport.transport.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sallyport.transport.PeerId;
import dev.sallyport.transport.PeerSpec;
import dev.sallyport.transport.RejectReason;
import dev.sallyport.transport.RejectedException;
import dev.sallyport.transport.TransportConfig;
import dev.sallyport.transport.TransportConfig.Kdf;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.security.Security;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each row of the table of secret modes and derivations. */
class KeyIssuerTest {

    private static final InetSocketAddress ADDRESS = new InetSocketAddress(InetAddress.getLoopbackAddress(), 40_000);

    @TempDir
    private Path folder;

    private final SecureRandom random = new SecureRandom();
    private final GoldenVector golden = GoldenVector.first();

    @Test
    void generatedSecretsWithDerivationAreTheGoldenKeys() {
        SecureRandom script =
                new ScriptedRandom(golden.hex("boot_id"), golden.hex("master_secret"), golden.hex("spawn_nonce"));
        try (KeyIssuer issuer = new KeyIssuer(TransportConfig.defaults(), script)) {
            assertThat(issuer.bootId()).isEqualTo(golden.hex("boot_id"));
            assertGolden(golden, issuer.issue(new PeerSpec(golden.peer(), Set.of("m")), golden.address()));
        }
    }

    @Test
    void staticSecretWithDerivationIsTheGoldenKeysAgain() throws IOException {
        Path file = secretFile("master", golden.text("master_secret"));
        for (TransportConfig config : List.of(
                TransportConfig.builder().staticSecret(file).build(),
                TransportConfig.builder()
                        .staticSecret(() -> golden.hex("master_secret"))
                        .build())) {
            SecureRandom script = new ScriptedRandom(golden.hex("boot_id"), golden.hex("spawn_nonce"));
            try (KeyIssuer issuer = new KeyIssuer(config, script)) {
                assertGolden(golden, issuer.issue(new PeerSpec(golden.peer(), Set.of()), golden.address()));
            }
        }
    }

    @Test
    void aGroupsStaticSecretIsTheGoldenKeys() throws IOException {
        GoldenVector vector = withoutDerivation();
        Path file = secretFile("group", vector.text("keys/k_work"));
        TransportConfig config = TransportConfig.builder()
                .staticGroupSecrets(Map.of(vector.peer().group(), file))
                .build();
        SecureRandom script = new ScriptedRandom(vector.hex("boot_id"), vector.hex("spawn_nonce"));
        try (KeyIssuer issuer = new KeyIssuer(config, script)) {
            assertGolden(vector, issuer.issue(new PeerSpec(vector.peer(), Set.of()), vector.address()));
        }
    }

    @Test
    void generatedSecretsWithoutDerivationAreTheGoldenKeys() {
        GoldenVector vector = withoutDerivation();
        TransportConfig config =
                TransportConfig.builder().generatedSecrets(Kdf.NONE).build();
        SecureRandom script =
                new ScriptedRandom(vector.hex("boot_id"), vector.hex("spawn_nonce"), vector.hex("keys/k_work"));
        try (KeyIssuer issuer = new KeyIssuer(config, script)) {
            assertGolden(vector, issuer.issue(new PeerSpec(vector.peer(), Set.of()), vector.address()));
        }
    }

    @Test
    @DisplayName("KEY-IPC-01 generated secrets are fresh: no two starts, groups, workers or incarnations share a key")
    void KEY_IPC_01_generatedKeysAreDistinct() {
        for (Kdf kdf : Kdf.values()) {
            TransportConfig config =
                    TransportConfig.builder().generatedSecrets(kdf).build();
            List<String> bases = new ArrayList<>();
            List<String> keyIds = new ArrayList<>();
            for (int start = 0; start < 2; start++) {
                try (KeyIssuer issuer = new KeyIssuer(config, random)) {
                    for (PeerId peer : List.of(
                            new PeerId("a", "w1", 1),
                            new PeerId("a", "w1", 2),
                            new PeerId("a", "w2", 1),
                            new PeerId("b", "w1", 1),
                            new PeerId("b", "w1", 1))) {
                        IssuedCredential credential = issue(issuer, peer).credential();
                        bases.add(hex(credential.baseW2s()));
                        bases.add(hex(credential.baseS2w()));
                        keyIds.add(HexFormat.of().formatHex(credential.keyId()));
                    }
                }
            }
            assertThat(bases).hasSize(20).doesNotHaveDuplicates();
            assertThat(keyIds).hasSize(10).doesNotHaveDuplicates();
        }
    }

    @Test
    @DisplayName("KEY-IPC-02 a static secret gives other keys at each start")
    void KEY_IPC_02_staticSecretWithFreshBootId() throws IOException {
        TransportConfig config = TransportConfig.builder()
                .staticSecret(secretFile("master", "ab".repeat(64)))
                .build();
        try (KeyIssuer first = new KeyIssuer(config, random);
                KeyIssuer second = new KeyIssuer(config, random)) {
            PeerId peer = new PeerId("a", "w1", 1);
            assertThat(Secret.same(
                            issue(first, peer).credential().baseW2s(),
                            issue(second, peer).credential().baseW2s()))
                    .isFalse();
        }
    }

    @Test
    @DisplayName("the administrator's key is generated, whatever the secret mode, and no static secret gives it")
    void theAdministratorsKeyIsAlwaysGenerated() throws IOException {
        Path file = secretFile("operator", "cd".repeat(32));
        for (TransportConfig config : List.of(
                TransportConfig.defaults(),
                TransportConfig.builder().generatedSecrets(Kdf.NONE).build(),
                TransportConfig.builder().staticSecret(file).build(),
                groups(Map.of("a", file)))) {
            try (KeyIssuer issuer = new KeyIssuer(config, random)) {
                String first = hex(issue(issuer, PeerId.ADMIN).credential().baseW2s());
                issuer.release(PeerId.ADMIN);
                assertThat(hex(issue(issuer, PeerId.ADMIN).credential().baseW2s()))
                        .isNotEqualTo(first);
            }
        }
    }

    @Test
    @DisplayName("only the administrator has a name outside the alphabet, and no other peer may call its methods")
    void theAdministratorIsReserved() {
        assertThat(PeerId.isName(PeerId.ADMIN_GROUP)).isFalse();
        assertThat(PeerId.ADMIN).hasToString("~admin/cli#1");
        for (String group : List.of("~Admin", "~admin ", "~admin/", "~", "~root", "")) {
            assertThatThrownBy(() -> new PeerId(group, "cli", 1)).isInstanceOf(IllegalArgumentException.class);
        }
        Set<String> stop = Set.of("~admin/stop");
        assertThat(new PeerSpec(PeerId.ADMIN, stop).mayCall()).isEqualTo(stop);
        assertThatThrownBy(() -> new PeerSpec(new PeerId("a", "w1", 1), stop))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("open to that identity alone");
    }

    @Test
    void bothSidesGetTheSameKeysFromTwoImplementations() {
        try (KeyIssuer issuer = new KeyIssuer(TransportConfig.defaults(), random)) {
            KeyIssuer.Issued issued = issue(issuer, new PeerId("a", "w1", 1));
            try (PeerKeys client = issued.credential().newPeerKeys()) {
                PeerKeys server = issued.record().keys();
                for (Direction direction : Direction.values()) {
                    assertThat(Secret.same(client.handshake(direction), server.handshake(direction)))
                            .isTrue();
                    assertThat(Secret.same(
                                    client.session(direction, new byte[32], new byte[16]),
                                    server.session(direction, new byte[32], new byte[16])))
                            .isTrue();
                }
            }
        }
        assertThat(Security.getProviders()).noneMatch(p -> p.getName().startsWith("BC"));
    }

    @Test
    void theTermsAreTheConfigurations() {
        TransportConfig config = TransportConfig.builder()
                .maxPayloadBytes(8192)
                .ttl(Duration.ofSeconds(40))
                .connectTimeout(Duration.ofMillis(1234))
                .build();
        try (KeyIssuer issuer = new KeyIssuer(config, random)) {
            IssuedCredential credential =
                    issue(issuer, new PeerId("a", "w1", 1)).credential();
            assertThat(credential.maxPayloadBytes()).isEqualTo(8192);
            assertThat(credential.ttlMillis()).isEqualTo(40_000);
            assertThat(credential.connectDeadlineMillis()).isEqualTo(1234);
            assertThat(credential.address()).isEqualTo(ADDRESS);
            assertThat(credential.bootId()).isEqualTo(issuer.bootId());
        }
    }

    @Test
    @DisplayName("C04 kdf none, static, two groups with one decoded secret is E_CONFIG_ISOLATION")
    void C04_oneSecretForTwoGroups() throws IOException {
        String hex = "5a".repeat(32);
        Path asHex = secretFile("hex", hex);
        Path asBase64 = secretFile(
                "base64", Base64.getEncoder().encodeToString(HexFormat.of().parseHex(hex)));
        Path other = secretFile("other", "5b".repeat(32));
        Supplier<byte[]> handedOver = () -> HexFormat.of().parseHex(hex);
        for (TransportConfig config : List.of(
                groups(Map.of("a", asHex, "b", asHex)),
                groups(Map.of("a", asHex, "b", asBase64, "c", other)),
                TransportConfig.builder()
                        .staticGroupSecrets(Map.of("a", asHex), Map.of("b", handedOver))
                        .build())) {
            RejectedException thrown =
                    catchThrowableOfType(RejectedException.class, () -> new KeyIssuer(config, random));
            assertThat(thrown.reason()).isEqualTo(RejectReason.E_CONFIG_ISOLATION);
            assertThat(thrown).hasMessageContaining("groups a and b");
            Canary.of(HexFormat.of().parseHex(hex)).assertAbsentFrom(thrown);
        }
        new KeyIssuer(groups(Map.of("a", asHex, "b", other)), random).close();
    }

    @Test
    @DisplayName("C04 kdf none, static: a group's secret serves one worker, whose incarnations may overlap")
    void C04_secondWorkerOfAGroup() throws IOException {
        TransportConfig config =
                groups(Map.of("a", secretFile("a", "5a".repeat(32)), "b", secretFile("b", "5b".repeat(32))));
        try (KeyIssuer issuer = new KeyIssuer(config, random)) {
            KeyIssuer.Issued first = issue(issuer, new PeerId("a", "w1", 1));
            KeyIssuer.Issued next = issue(issuer, new PeerId("a", "w1", 2));
            assertThat(next.record().keyId()).isEqualTo(first.record().keyId());
            issue(issuer, new PeerId("b", "w1", 1));
            assertRefused(issuer, new PeerId("a", "w2", 1), RejectReason.E_CONFIG_ISOLATION);
            issuer.release(new PeerId("a", "w1", 1));
            assertRefused(issuer, new PeerId("a", "w2", 1), RejectReason.E_CONFIG_ISOLATION);
            issuer.release(new PeerId("a", "w1", 2));
            issue(issuer, new PeerId("a", "w2", 1));
            assertRefused(issuer, new PeerId("c", "w1", 1), RejectReason.E_CONFIG_SECRET);
            issuer.release(new PeerId("c", "w1", 1));
        }
    }

    @Test
    @DisplayName("C02 a static secret that cannot be read is E_CONFIG_SECRET")
    void C02_missingSecret() throws IOException {
        Path missing = folder.resolve("missing");
        Path good = secretFile("good", "5a".repeat(32));
        for (TransportConfig config : List.of(
                TransportConfig.builder().staticSecret(missing).build(),
                groups(Map.of("a", good, "b", missing)),
                TransportConfig.builder().staticSecret(() -> new byte[31]).build())) {
            RejectedException thrown =
                    catchThrowableOfType(RejectedException.class, () -> new KeyIssuer(config, random));
            assertThat(thrown.reason()).isEqualTo(RejectReason.E_CONFIG_SECRET);
        }
        assertThatThrownBy(() -> groups(Map.of()))
                .isInstanceOfSatisfying(
                        RejectedException.class, e -> assertThat(e.reason()).isEqualTo(RejectReason.E_CONFIG_SECRET));
    }

    @Test
    void aConnectTimeoutThatNoCredentialCanCarryIsRefused() {
        for (Duration wrong : List.of(Duration.ZERO, Duration.ofMillis(-1), Duration.ofHours(2))) {
            assertThatThrownBy(() ->
                            TransportConfig.builder().connectTimeout(wrong).build())
                    .isInstanceOfSatisfying(
                            RejectedException.class,
                            e -> assertThat(e.reason()).isEqualTo(RejectReason.E_CONFIG_LIMIT));
        }
    }

    @Test
    void aGroupHasOneSecret() throws IOException {
        Path file = secretFile("a", "5a".repeat(32));
        assertThatThrownBy(() -> TransportConfig.builder()
                        .staticGroupSecrets(Map.of("a", file), Map.of("a", () -> new byte[32]))
                        .build())
                .isInstanceOfSatisfying(
                        RejectedException.class,
                        e -> assertThat(e.reason()).isEqualTo(RejectReason.E_CONFIG_DUPLICATE));
    }

    @Test
    void aSupplierIsAskedOnceAndItsArrayWiped() {
        List<byte[]> given = new ArrayList<>();
        TransportConfig config = TransportConfig.builder()
                .staticSecret(() -> {
                    byte[] secret = HexFormat.of().parseHex("5a".repeat(32));
                    given.add(secret);
                    return secret;
                })
                .build();
        try (KeyIssuer issuer = new KeyIssuer(config, random)) {
            issue(issuer, new PeerId("a", "w1", 1));
            issue(issuer, new PeerId("a", "w2", 1));
        }
        assertThat(given)
                .hasSize(1)
                .first()
                .satisfies(array -> assertThat(array).containsOnly(0));
    }

    @Test
    void aClosedIssuerIssuesNothing() throws IOException {
        PeerId peer = new PeerId("a", "w1", 1);
        for (TransportConfig config : List.of(
                TransportConfig.defaults(),
                TransportConfig.builder().generatedSecrets(Kdf.NONE).build(),
                groups(Map.of("a", secretFile("a", "5a".repeat(32)))))) {
            KeyIssuer issuer = new KeyIssuer(config, random);
            KeyIssuer.Issued issued = issue(issuer, peer);
            issuer.close();
            issuer.close();
            assertThatThrownBy(() -> issue(issuer, peer)).isInstanceOf(IllegalStateException.class);
            issued.credential().newPeerKeys().close();
        }
    }

    @Test
    @DisplayName("KEY-IPC-04 nothing that is issued says a secret of itself")
    void KEY_IPC_04_textForms() {
        Canary canary = Canary.of(
                golden.hex("master_secret"),
                golden.hex("keys/prk_root"),
                golden.hex("keys/k_group"),
                golden.hex("keys/k_work"),
                golden.hex("keys/base_w2s"),
                golden.hex("keys/base_s2w"),
                golden.hex("keys/hs_w2s"),
                golden.hex("keys/hs_s2w"),
                golden.hex("keys/sik_w2s"),
                golden.hex("keys/sik_s2w"));
        SecureRandom script = new ScriptedRandom(
                golden.hex("boot_id"),
                golden.hex("master_secret"),
                golden.hex("spawn_nonce"),
                golden.hex("spawn_nonce"));
        KeyIssuer issuer = new KeyIssuer(TransportConfig.defaults(), script);
        PeerSpec spec = new PeerSpec(golden.peer(), Set.of());
        KeyIssuer.Issued issued = issuer.issue(spec, golden.address());
        assertThat(issued.credential()).hasToString("Credential[redacted]");
        for (Object part : List.of(
                issuer,
                issued,
                issued.credential(),
                issued.record(),
                issued.record().keys())) {
            canary.assertAbsentFrom(part.toString());
        }
        issuer.close();
        canary.assertAbsentFrom(
                catchThrowableOfType(IllegalStateException.class, () -> issuer.issue(spec, golden.address())));
    }

    @Test
    void closingWipesEachPartByItself() {
        try (KeyIssuer issuer = new KeyIssuer(TransportConfig.defaults(), random)) {
            KeyIssuer.Issued issued = issue(issuer, new PeerId("a", "w1", 1));
            IssuedCredential copy = issued.credential().withMetadata("s", List.of(), Map.of(), "");
            issued.credential().close();
            assertThat(issued.credential().baseW2s().isClosed()).isTrue();
            assertThat(issued.credential().baseS2w().isClosed()).isTrue();
            copy.newPeerKeys().close();

            PeerRecord record = issued.record();
            record.close();
            for (Direction direction : Direction.values()) {
                assertThat(record.keys().handshake(direction).isClosed()).isTrue();
                assertThatThrownBy(() -> record.keys().session(direction, new byte[32], new byte[16]))
                        .isInstanceOf(IllegalStateException.class);
            }
        }
    }

    private void assertRefused(KeyIssuer issuer, PeerId peer, RejectReason reason) {
        RejectedException thrown = catchThrowableOfType(RejectedException.class, () -> issue(issuer, peer));
        assertThat(thrown.reason()).isEqualTo(reason);
        assertThat(thrown).hasMessageContaining("group " + peer.group());
    }

    private static void assertGolden(GoldenVector vector, KeyIssuer.Issued issued) {
        IssuedCredential credential = issued.credential();
        assertThat(credential.keyId()).isEqualTo(vector.hex("keys/key_id"));
        assertThat(issued.record().keyId()).isEqualTo(vector.hex("keys/key_id"));
        assertThat(issued.record().spawnNonce()).isEqualTo(vector.hex("spawn_nonce"));
        assertThat(hex(credential.baseW2s())).isEqualTo(vector.text("keys/base_w2s"));
        assertThat(hex(credential.baseS2w())).isEqualTo(vector.text("keys/base_s2w"));
        assertThat(hex(issued.record().keys().handshake(Direction.W2S))).isEqualTo(vector.text("keys/hs_w2s"));
        assertThat(hex(issued.record().keys().handshake(Direction.S2W))).isEqualTo(vector.text("keys/hs_s2w"));
        assertThat(credential.peer()).isEqualTo(vector.peer());
        assertThat(issued.record().spec().id()).isEqualTo(vector.peer());
    }

    private static GoldenVector withoutDerivation() {
        return GoldenVector.all()
                .filter(v -> !v.has("keys/prk_root"))
                .findFirst()
                .orElseThrow();
    }

    private static KeyIssuer.Issued issue(KeyIssuer issuer, PeerId peer) {
        return issuer.issue(new PeerSpec(peer, Set.of()), ADDRESS);
    }

    private static TransportConfig groups(Map<String, Path> files) {
        return TransportConfig.builder().staticGroupSecrets(files).build();
    }

    private Path secretFile(String name, String text) throws IOException {
        Path file = folder.resolve(name);
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        return Files.writeString(file, text);
    }

    private static String hex(Secret secret) {
        return secret.use(HexFormat.of()::formatHex);
    }
}
