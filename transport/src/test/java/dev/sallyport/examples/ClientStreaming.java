package dev.sallyport.examples;

import com.google.protobuf.Int64Value;
import dev.sallyport.transport.CallStream;
import dev.sallyport.transport.Codec;
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

public class ClientStreaming {

    static final MethodDescriptor<byte[], Int64Value> UPLOAD = new MethodDescriptor<>(
            "demo/upload", Codec.bytes(), Codec.protobuf(Int64Value.parser()), Shape.CLIENT_STREAM);

    static void upload(CallStream<Int64Value, byte[]> stream) throws InterruptedException {
        long bytes = 0;
        for (byte[] part = stream.receive(); part != null; part = stream.receive()) {
            bytes += part.length;
        }
        stream.send(Int64Value.of(bytes));
    }

    public static void main(String[] args) throws Exception {
        try (Transport transport = LoopbackTransport.create(TransportConfig.defaults())) {
            var server = transport.bind(Routes.builder()
                    .onStream(UPLOAD, (call, stream) -> upload(stream))
                    .build());
            var credential = server.issue(PeerSpec.of("files", "f1").mayCall(UPLOAD));
            Connection connection = transport.connect(credential, Routes.none());
            try (var stream = connection.open(UPLOAD, Deadline.after(Duration.ofSeconds(30)))) {
                for (int part = 0; part < 20; part++) {
                    stream.send(new byte[500_000]); // ten times what one message may hold
                }
                stream.finish();
                System.out.println(stream.receive().getValue());
            }
        }
    }
}
