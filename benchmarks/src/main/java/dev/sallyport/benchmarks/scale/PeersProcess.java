package dev.sallyport.benchmarks.scale;

import dev.sallyport.transport.Routes;
import dev.sallyport.transport.Transport;
import dev.sallyport.transport.TransportConfig;
import dev.sallyport.transport.loopback.LoopbackTransport;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * Peers in their own JVM. Reads lines from its standard input, each the path of a credential file, connects with each and
 * answers {@code connected}; serves echoes; ends with its standard input.
 */
public final class PeersProcess {

    private PeersProcess() {}

    public static void main(String[] args) throws Exception {
        Routes echo = Routes.builder()
                .onEventLoop(Scale.ECHO, (call, request) -> request)
                .build();
        try (Transport transport = LoopbackTransport.create(TransportConfig.defaults());
                BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                transport.connect(Path.of(line), echo);
                System.out.println("connected");
            }
        }
        System.exit(0);
    }
}
