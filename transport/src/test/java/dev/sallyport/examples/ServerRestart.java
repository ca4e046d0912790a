package dev.sallyport.examples;

import dev.sallyport.transport.CallException;
import dev.sallyport.transport.Connection;
import dev.sallyport.transport.Deadline;
import dev.sallyport.transport.MethodDescriptor;
import dev.sallyport.transport.PeerSpec;
import dev.sallyport.transport.Routes;
import dev.sallyport.transport.Transport;
import dev.sallyport.transport.TransportConfig;
import dev.sallyport.transport.loopback.LoopbackTransport;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.LockSupport;

public class ServerRestart {

    static final MethodDescriptor<byte[], byte[]> ECHO = MethodDescriptor.ofBytes("demo/echo");

    static Transport serve(Path file) throws Exception {
        Transport transport = LoopbackTransport.create(TransportConfig.defaults());
        Routes routes = Routes.builder().on(ECHO, (call, request) -> request).build();
        Files.deleteIfExists(file);
        transport.bind(routes).issue(PeerSpec.of("reports", "r1").mayCall(ECHO)).saveTo(file);
        return transport;
    }

    static byte[] persist(Connection connection, Deadline deadline) throws Exception {
        try {
            return connection.call(ECHO, new byte[3], deadline).get();
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof CallException failure) || failure.ran() || deadline.isExpired()) {
                throw e;
            }
            LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
            return persist(connection, deadline);
        }
    }

    public static void main(String[] args) throws Exception {
        Path folder = Files.createTempDirectory("sallyport");
        Path file = folder.resolve("r1.credential");
        try (Transport calling = LoopbackTransport.create(TransportConfig.defaults())) {
            Transport first = serve(file);
            Connection connection = calling.connect(file, Routes.none());
            first.close();
            Transport restarted = serve(file);
            System.out.println(persist(connection, Deadline.after(Duration.ofSeconds(10))).length);
            restarted.close();
        } finally {
            Files.deleteIfExists(file);
            Files.delete(folder);
        }
    }
}
