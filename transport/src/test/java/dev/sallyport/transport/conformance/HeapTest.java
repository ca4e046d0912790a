package dev.sallyport.transport.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.proto.v1.Lane;
import dev.sallyport.transport.NoLeaks;
import dev.sallyport.transport.Patience;
import dev.sallyport.transport.PeerListener;
import dev.sallyport.transport.PeerSpec;
import dev.sallyport.transport.keys.GroupKeys;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What a worker's memory tells of anybody else. */
@ExtendWith(NoLeaks.class)
class HeapTest {

    private static final byte[] MASTER =
            "a static secret of the test, 40 bytes long".getBytes(StandardCharsets.US_ASCII);

    @Test
    @DisplayName("X06 the heap of worker A, taken from inside it, has no key of B, no group key and no master secret")
    void X06_heapOfOnePeer(@TempDir Path folder) throws Exception {
        try (ServerUnderTest target =
                new ServerUnderTest(config -> config.staticSecret(MASTER::clone), PeerListener.NONE)) {
            target.guard(MASTER);
            Identity a = target.issue(PeerSpec.of("group", "a").mayCall(ServerUnderTest.ECHO));
            Identity b = target.issue(PeerSpec.of("group", "b").mayCall(ServerUnderTest.ECHO));
            HostilePeer.open(b, Lane.LANE_DATA).leave();
            byte[] marker = HostilePeer.random(32).toByteArray();
            byte[] heap = heapOf(a.writeTo(folder), folder.resolve("heap.hprof"), marker);

            assertThat(count(heap, marker)).as("the marker: the search works").isPositive();
            assertThat(count(heap, a.handshakeKey("w2s")))
                    .as("A's own key: the search works")
                    .isPositive();
            for (byte[] secret : b.secrets()) {
                assertThat(count(heap, secret)).as("a key of B").isZero();
            }
            byte[] bootId = a.bundle.getBootId().toByteArray();
            for (String group : new String[] {"group", "bystanders"}) {
                assertThat(count(heap, GroupKeys.of(MASTER, bootId, group)))
                        .as("K_GROUP of " + group)
                        .isZero();
            }
            assertThat(count(heap, GroupKeys.root(MASTER, bootId)))
                    .as("PRK_ROOT")
                    .isZero();
            assertThat(count(heap, MASTER)).as("the master secret").isZero();
        }
    }

    private static byte[] heapOf(Path credential, Path heap, byte[] marker) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx48m",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        HeapOfOnePeer.class.getName(),
                        credential.toString(),
                        heap.toString(),
                        HexFormat.of().formatHex(marker))
                .redirectErrorStream(true)
                .redirectOutput(heap.resolveSibling("output").toFile())
                .start();
        assertThat(process.waitFor(Patience.LIMIT.toSeconds(), TimeUnit.SECONDS))
                .isTrue();
        File output = heap.resolveSibling("output").toFile();
        assertThat(process.exitValue()).as(Files.readString(output.toPath())).isZero();
        return Files.readAllBytes(heap);
    }

    private static int count(byte[] all, byte[] wanted) {
        int found = 0;
        for (int at = 0; at <= all.length - wanted.length; at++) {
            if (all[at] == wanted[0] && Arrays.equals(all, at, at + wanted.length, wanted, 0, wanted.length)) {
                found++;
            }
        }
        return found;
    }
}
