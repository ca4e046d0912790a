package dev.sallyport.examples;

import dev.sallyport.transport.Connection;
import dev.sallyport.transport.Deadline;
import dev.sallyport.transport.MethodDescriptor;
import dev.sallyport.transport.PeerSpec;
import dev.sallyport.transport.Routes;
import dev.sallyport.transport.Transport;
import dev.sallyport.transport.TransportConfig;
import dev.sallyport.transport.TransportServer;
import dev.sallyport.transport.loopback.LoopbackTransport;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

public class RawBytes {

    static final MethodDescriptor<byte[], byte[]> ECHO = MethodDescriptor.ofBytes("demo/echo");

    public static void main(String[] args) throws Exception {
        Path folder = Files.createTempDirectory("sallyport"); // mode 0700
        Path credential = folder.resolve("reports.credential");
        try (Transport serving = LoopbackTransport.create(TransportConfig.defaults());
                Transport calling = LoopbackTransport.create(TransportConfig.defaults())) {
            // one side: serves, and issues a credential for each peer
            TransportServer server = serving.bind(
                    Routes.builder().on(ECHO, (call, request) -> request).build());
            server.issue(PeerSpec.of("reports", "r1").mayCall(ECHO)).saveTo(credential);

            // the other side, most often another process: reads the credential and calls
            Connection connection = calling.connect(credential, Routes.none());
            byte[] request = "hello".getBytes(StandardCharsets.UTF_8);
            byte[] reply = connection
                    .call(ECHO, request, Deadline.after(Duration.ofSeconds(5)))
                    .get();
            System.out.println(new String(reply, StandardCharsets.UTF_8));
        } finally {
            Files.deleteIfExists(credential); // it holds the peer's keys
            Files.delete(folder);
        }
    }
}
