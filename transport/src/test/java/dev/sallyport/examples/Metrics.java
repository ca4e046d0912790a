package dev.sallyport.examples;

import dev.sallyport.transport.Connection;
import dev.sallyport.transport.Deadline;
import dev.sallyport.transport.MethodDescriptor;
import dev.sallyport.transport.PeerSpec;
import dev.sallyport.transport.Routes;
import dev.sallyport.transport.Transport;
import dev.sallyport.transport.TransportConfig;
import dev.sallyport.transport.loopback.LoopbackTransport;
import dev.sallyport.transport.observe.FlightRecorder;
import dev.sallyport.transport.observe.MicrometerMetrics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;

public class Metrics {

    static final MethodDescriptor<byte[], byte[]> ECHO = MethodDescriptor.ofBytes("demo/echo");

    public static void main(String[] args) throws Exception {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        TransportConfig config = TransportConfig.builder()
                .observer(MicrometerMetrics.create(registry).and(FlightRecorder.create()))
                .build();
        try (Transport transport = LoopbackTransport.create(config)) {
            var server = transport.bind(
                    Routes.builder().on(ECHO, (call, request) -> request).build());
            var credential = server.issue(PeerSpec.of("local", "l1").mayCall(ECHO));
            Connection connection = transport.connect(credential, Routes.none());
            connection
                    .call(ECHO, new byte[3], Deadline.after(Duration.ofSeconds(5)))
                    .get();
        }
        System.out.println(registry.get("sallyport.calls").timer().count());
    }
}
