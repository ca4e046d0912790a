package dev.sallyport.transport.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.sallyport.proto.v1.Lane;
import dev.sallyport.transport.Credential;
import dev.sallyport.transport.Deadline;
import dev.sallyport.transport.NoLeaks;
import dev.sallyport.transport.PeerListener;
import dev.sallyport.transport.PeerSpec;
import dev.sallyport.transport.Routes;
import dev.sallyport.transport.Transport;
import dev.sallyport.transport.TransportConfig;
import dev.sallyport.transport.keys.Canary;
import dev.sallyport.transport.loopback.LoopbackTransport;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What is left behind, and what is told. */
@ExtendWith(NoLeaks.class)
class LeakageTest {

    /** Fewer HELLOs of one key than its quota. */
    private static final int QUOTA = 1_000;

    private static final byte[] SECRET =
            "a static secret of the test, 40 bytes long".getBytes(StandardCharsets.US_ASCII);

    @Test
    @DisplayName("L01 every refusal at the finest level of logging")
    void L01_everyRefusalAtTrace() {
        try (ServerUnderTest target =
                new ServerUnderTest(config -> config.staticSecret(SECRET::clone), PeerListener.NONE)) {
            target.guard(SECRET);
            CaseRunner cases = new CaseRunner(target);
            for (String id : new String[] {"F11", "M03", "M04", "R01", "H01", "V03", "P04", "P06", "P11", "T01"}) {
                cases.run(id);
            }
        }
    }

    @Test
    @DisplayName("L02 no public type tells a secret of itself")
    void L02_toStrings() {
        TransportConfig config =
                TransportConfig.builder().staticSecret(SECRET::clone).build();
        Canary canary = Canary.of(SECRET);
        try (ServerUnderTest target =
                new ServerUnderTest(builder -> builder.staticSecret(SECRET::clone), PeerListener.NONE)) {
            try (Credential credential = target.server.issue(PeerSpec.of("group", "told"))) {
                Canary keys = Canary.of(Identity.of(credential).secrets());
                for (Object told : new Object[] {
                    config,
                    credential,
                    credential.peer(),
                    target.server,
                    target.transport,
                    Routes.none(),
                    Deadline.after(Duration.ofSeconds(1)),
                    target.server.connection(credential.peer())
                }) {
                    canary.assertAbsentFrom(told.toString());
                    keys.assertAbsentFrom(told.toString());
                }
                assertThat(credential).hasToString("Credential[redacted]");
            }
        }
    }

    @Test
    @DisplayName("L03 no secret in arguments, environment or system properties of this process")
    void L03_processSurface() throws IOException {
        try (ServerUnderTest target =
                new ServerUnderTest(config -> config.staticSecret(SECRET::clone), PeerListener.NONE)) {
            Identity identity = target.issue();
            HostilePeer.open(identity, Lane.LANE_DATA).leave();
            Canary canary = Canary.of(identity.secrets());
            canary.assertAbsentFrom(Files.readString(Path.of("/proc/self/cmdline"), StandardCharsets.ISO_8859_1));
            canary.assertAbsentFrom(Files.readString(Path.of("/proc/self/environ"), StandardCharsets.ISO_8859_1));
            canary.assertAbsentFrom(System.getProperties().toString());
            canary.assertAbsentFrom(
                    ManagementFactory.getRuntimeMXBean().getInputArguments().toString());
            Thread.getAllStackTraces().keySet().forEach(thread -> canary.assertAbsentFrom(thread.getName()));
        }
    }

    @Test
    @DisplayName("L04 many connections that fail leave no buffer, descriptor or thread")
    void L04_manyFailures() {
        failures(300);
    }

    /** What they leave is looked for when the server closes. */
    static void failures(int connections) {
        try (ServerUnderTest target = new ServerUnderTest()) {
            Identity identity = target.issue();
            Map<String, Integer> before = target.observer.counts();
            for (int i = 0; i < connections; i++) {
                if (i % QUOTA == QUOTA - 1) {
                    identity = target.issue();
                }
                try (HostilePeer peer = HostilePeer.connect(identity)) {
                    peer.send(peer.hello());
                    peer.readChallenge();
                    peer.send(peer.finishFrame().key(new byte[32]).bytes());
                    peer.expectSilentClose();
                }
            }
            target.awaitCounted(before, Map.of("E_AUTH(mac)", connections));
        }
    }

    @Test
    @DisplayName("L05 close frees the port, ends the threads, and issues nothing more")
    void L05_close() throws IOException {
        Resources before = Resources.now();
        Transport transport = LoopbackTransport.create(TransportConfig.defaults());
        var server = transport.bind(Routes.none());
        int port = server.address().getPort();
        server.issue(PeerSpec.of("group", "w")).close();
        transport.close();
        before.awaitReturn();
        new ServerSocket(port, 1, server.address().getAddress()).close();
        assertThat(catchThrowable(() -> server.issue(PeerSpec.of("group", "late"))))
                .isInstanceOf(RuntimeException.class);
    }
}
