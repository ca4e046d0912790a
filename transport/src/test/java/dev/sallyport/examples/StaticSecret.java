package dev.sallyport.examples;

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
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;

public class StaticSecret {

    static final MethodDescriptor<byte[], byte[]> ECHO = MethodDescriptor.ofBytes("demo/echo");

    public static void main(String[] args) throws Exception {
        byte[] secret = new byte[32];
        new SecureRandom().nextBytes(secret);
        Path file = Files.createTempFile("sallyport", ".secret"); // mode 0600, or it is refused
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        Files.writeString(file, HexFormat.of().formatHex(secret)); // or: head -c 32 /dev/urandom | xxd -p -c 64

        TransportConfig config = TransportConfig.builder().staticSecret(file).build();
        try (Transport transport = LoopbackTransport.create(config)) {
            var server = transport.bind(
                    Routes.builder().on(ECHO, (call, request) -> request).build());
            var credential = server.issue(PeerSpec.of("local", "l1").mayCall(ECHO));
            Connection connection = transport.connect(credential, Routes.none());
            Deadline deadline = Deadline.after(Duration.ofSeconds(5));
            System.out.println(connection.call(ECHO, new byte[3], deadline).get().length);
        } finally {
            Files.delete(file); // a real one stays, in a place of its owner's
        }
    }
}
