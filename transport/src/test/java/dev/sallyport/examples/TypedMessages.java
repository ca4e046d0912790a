package dev.sallyport.examples;

import com.google.protobuf.Int32Value;
import com.google.protobuf.StringValue;
import dev.sallyport.transport.CallException;
import dev.sallyport.transport.Connection;
import dev.sallyport.transport.Deadline;
import dev.sallyport.transport.HandlerException;
import dev.sallyport.transport.MethodDescriptor;
import dev.sallyport.transport.PeerSpec;
import dev.sallyport.transport.Routes;
import dev.sallyport.transport.Transport;
import dev.sallyport.transport.TransportConfig;
import dev.sallyport.transport.loopback.LoopbackTransport;
import java.time.Duration;
import java.util.concurrent.ExecutionException;

public class TypedMessages {

    static final MethodDescriptor<StringValue, Int32Value> LENGTH =
            MethodDescriptor.of("demo/length", StringValue.parser(), Int32Value.parser());

    static Int32Value length(StringValue text) throws HandlerException {
        if (text.getValue().isEmpty()) {
            throw new HandlerException("a text is needed", new byte[] {42});
        }
        return Int32Value.of(text.getValue().length());
    }

    public static void main(String[] args) throws Exception {
        try (Transport transport = LoopbackTransport.create(TransportConfig.defaults())) {
            var server = transport.bind(
                    Routes.builder().on(LENGTH, (call, text) -> length(text)).build());
            var credential = server.issue(PeerSpec.of("texts", "t1").mayCall(LENGTH));
            Connection connection = transport.connect(credential, Routes.none());
            Deadline deadline = Deadline.after(Duration.ofSeconds(5));
            System.out.println(connection
                    .call(LENGTH, StringValue.of("four"), deadline)
                    .get()
                    .getValue());
            try {
                connection.call(LENGTH, StringValue.of(""), deadline).get();
            } catch (ExecutionException e) {
                CallException failure = (CallException) e.getCause();
                System.out.println(failure.outcome() + " " + failure.ran() + " " + failure.details()[0]);
            }
        }
    }
}
