package dev.sallyport.benchmarks.compare;

import com.sun.management.OperatingSystemMXBean;
import dev.sallyport.benchmarks.peer.Peer;
import dev.sallyport.benchmarks.peer.Peers;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import tools.jackson.databind.json.JsonMapper;

/**
 * A client in its own JVM, with the server of the same peer as its child process. Reads lines {@code SHAPE MILLISECONDS} from
 * its standard input and answers each with one line of JSON, a {@link Round}. Ends with its standard input.
 */
public final class ClientProcess {

    private ClientProcess() {}

    public static void main(String[] args) throws Exception {
        Process server = Jvm.start(ServerProcess.class, args[0]);
        String address = server.inputReader(StandardCharsets.UTF_8).readLine();
        if (address == null) {
            throw new IOException("the server of " + args[0] + " did not start");
        }
        try (Peer.Client client = Peers.named(args[0]).connect(address)) {
            serve(new Meter(client, ClientProcess::cpuNanos, () -> cpuNanos(server.toHandle())));
        } finally {
            server.getOutputStream().close();
        }
        System.exit(0);
    }

    private static void serve(Meter meter) throws IOException, InterruptedException {
        JsonMapper json = JsonMapper.shared();
        BufferedReader orders = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = orders.readLine(); line != null; line = orders.readLine()) {
            String[] order = line.split(" ", 2);
            Round round = meter.measure(Shape.named(order[0]), Duration.ofMillis(Long.parseLong(order[1])));
            System.out.println(json.writeValueAsString(round));
        }
    }

    private static long cpuNanos() {
        return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime();
    }

    private static long cpuNanos(ProcessHandle process) {
        return process.info().totalCpuDuration().orElse(Duration.ZERO).toNanos();
    }
}
