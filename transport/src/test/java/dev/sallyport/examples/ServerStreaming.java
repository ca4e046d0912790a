package dev.sallyport.examples;

import dev.sallyport.transport.CallStream;
import dev.sallyport.transport.Connection;
import dev.sallyport.transport.Deadline;
import dev.sallyport.transport.MethodDescriptor;
import dev.sallyport.transport.MethodDescriptor.Shape;
import dev.sallyport.transport.PeerSpec;
import dev.sallyport.transport.Routes;
import dev.sallyport.transport.Transport;
import dev.sallyport.transport.TransportConfig;
import dev.sallyport.transport.loopback.LoopbackTransport;
import java.time.Duration;

public class ServerStreaming {

    static final MethodDescriptor<byte[], byte[]> ROWS =
            MethodDescriptor.ofBytes("demo/rows").shaped(Shape.SERVER_STREAM);

    /** Sends as fast as the caller takes: at most 16 rows wait. */
    static void rows(CallStream<byte[], byte[]> stream) throws InterruptedException {
        int count = stream.receive()[0];
        for (int row = 0; row < count; row++) {
            stream.send(new byte[] {(byte) row});
        }
    }

    public static void main(String[] args) throws Exception {
        try (Transport transport = LoopbackTransport.create(TransportConfig.defaults())) {
            var server = transport.bind(Routes.builder()
                    .onStream(ROWS, (call, stream) -> rows(stream))
                    .build());
            var credential = server.issue(PeerSpec.of("rows", "r1").mayCall(ROWS));
            Connection connection = transport.connect(credential, Routes.none());
            try (var stream = connection.open(ROWS, Deadline.after(Duration.ofSeconds(5)))) {
                stream.send(new byte[] {100});
                for (byte[] row = stream.receive(); row != null; row = stream.receive()) {
                    System.out.println("row " + row[0]);
                }
            }
        }
    }
}
