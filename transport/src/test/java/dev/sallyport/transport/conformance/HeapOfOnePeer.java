package dev.sallyport.transport.conformance;

import com.sun.management.HotSpotDiagnosticMXBean;
import dev.sallyport.transport.Connection;
import dev.sallyport.transport.Deadline;
import dev.sallyport.transport.Routes;
import dev.sallyport.transport.Transport;
import dev.sallyport.transport.TransportConfig;
import dev.sallyport.transport.loopback.LoopbackTransport;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;

/** A process that holds one peer's credential, works with it, and writes its own heap to a file. */
public final class HeapOfOnePeer {

    private static byte[] marker = {};

    private HeapOfOnePeer() {}

    /** @param args the credential file, the file for the heap, and bytes in hexadecimal that must be found in it */
    public static void main(String[] args) throws Exception {
        marker = HexFormat.of().parseHex(args[2]);
        try (Transport transport = LoopbackTransport.create(TransportConfig.defaults())) {
            Connection connection = transport.connect(Path.of(args[0]), Routes.none());
            connection
                    .call(ServerUnderTest.ECHO, marker.clone(), Deadline.after(Duration.ofSeconds(60)))
                    .get();
            ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class).dumpHeap(args[1], false);
        }
    }
}
