package dev.sallyport.examples;

import com.google.protobuf.StringValue;
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

public class BothWays {

    static final MethodDescriptor<StringValue, StringValue> TALK = MethodDescriptor.of(
                    "demo/talk", StringValue.parser(), StringValue.parser())
            .shaped(Shape.BIDIRECTIONAL);

    static void talk(CallStream<StringValue, StringValue> stream) throws InterruptedException {
        for (StringValue said = stream.receive(); said != null; said = stream.receive()) {
            stream.send(StringValue.of("you said " + said.getValue()));
        }
    }

    public static void main(String[] args) throws Exception {
        try (Transport transport = LoopbackTransport.create(TransportConfig.defaults())) {
            var server = transport.bind(Routes.builder()
                    .onStream(TALK, (call, stream) -> talk(stream))
                    .build());
            var credential = server.issue(PeerSpec.of("talkers", "t1").mayCall(TALK));
            Connection connection = transport.connect(credential, Routes.none());
            try (var stream = connection.open(TALK, Deadline.after(Duration.ofSeconds(5)))) {
                for (String word : new String[] {"yes", "no"}) {
                    stream.send(StringValue.of(word));
                    System.out.println(stream.receive().getValue());
                }
                stream.finish();
                System.out.println(stream.receive() == null ? "over" : "more");
            }
        }
    }
}
