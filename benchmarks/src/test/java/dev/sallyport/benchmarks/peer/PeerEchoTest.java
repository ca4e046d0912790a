package dev.sallyport.benchmarks.peer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.benchmarks.compare.Shape;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A comparison is worth nothing when a peer does not move the bytes: each is checked over each shape, byte for byte. */
class PeerEchoTest {

    static Stream<String> peers() {
        return Peers.all().stream().map(Peer::name);
    }

    @ParameterizedTest
    @MethodSource("peers")
    @DisplayName("every echo of every shape brings back what was sent, to the call that sent it")
    void echoesEveryShape(String name) throws Exception {
        Peer peer = Peers.named(name);
        try (Peer.Server server = peer.serve();
                Peer.Client client = peer.connect(server.address())) {
            for (Shape shape : Shape.all()) {
                List<byte[]> payloads = distinctPayloads(shape);
                List<CompletableFuture<byte[]>> replies = new ArrayList<>();
                for (byte[] payload : payloads) {
                    Collector reply = new Collector();
                    replies.add(reply.bytes);
                    if (shape.streamed()) {
                        client.stream(payload, reply);
                    } else {
                        client.echo(payload, reply);
                    }
                }
                for (int i = 0; i < payloads.size(); i++) {
                    assertThat(replies.get(i).get(20, TimeUnit.SECONDS))
                            .as("%s %s reply %d", name, shape.name(), i)
                            .isEqualTo(payloads.get(i));
                }
            }
        }
    }

    private static List<byte[]> distinctPayloads(Shape shape) {
        Random random = new Random(7);
        List<byte[]> payloads = new ArrayList<>();
        for (int i = 0; i < shape.outstanding(); i++) {
            byte[] payload = new byte[shape.payloadBytes()];
            random.nextBytes(payload);
            payloads.add(payload);
        }
        return payloads;
    }

    /** Gathers the parts of one reply. */
    private static final class Collector implements Peer.Completion {
        private final ByteArrayOutputStream parts = new ByteArrayOutputStream();
        private final CompletableFuture<byte[]> bytes = new CompletableFuture<>();

        @Override
        public void received(ByteBuffer part, boolean last) {
            byte[] copy = new byte[part.remaining()];
            part.get(copy);
            parts.writeBytes(copy);
            if (last) {
                bytes.complete(parts.toByteArray());
            }
        }

        @Override
        public void failed(Throwable cause) {
            bytes.completeExceptionally(cause);
        }
    }
}
