package dev.sallyport.examples;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sallyport.supervisor.BootstrapSupervisor;
import dev.sallyport.supervisor.GroupSpec;
import dev.sallyport.supervisor.RuntimeConfig;
import dev.sallyport.supervisor.StopPolicy;
import dev.sallyport.supervisor.StopReport;
import dev.sallyport.supervisor.SupervisorListener;
import dev.sallyport.supervisor.WorkerGroup;
import dev.sallyport.supervisor.launch.Supervisors;
import dev.sallyport.transport.Deadline;
import dev.sallyport.transport.MethodDescriptor;
import dev.sallyport.transport.Routes;
import dev.sallyport.transport.observe.MicrometerMetrics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.File;
import java.time.Duration;
import java.util.List;
import java.util.Set;

public class SupervisedPrices {

    static final MethodDescriptor<byte[], byte[]> PRICE = MethodDescriptor.ofBytes("prices/price");
    static final MethodDescriptor<byte[], byte[]> DISCOUNT = MethodDescriptor.ofBytes("service/discount");

    /** @param jar the worker's, which has the classes of this program's own class path beside it */
    static RuntimeConfig config(String jar) {
        String classPath = System.getProperty("java.class.path") + File.pathSeparator + jar;
        GroupSpec group = GroupSpec.builder("prices")
                .discoveryRoots(List.of(jar))
                .classPath(List.of(classPath.split(File.pathSeparator, -1)))
                .calls(Set.of("service/discount"))
                .build();
        return RuntimeConfig.processes(List.of(group));
    }

    public static void main(String[] args) throws Exception {
        RuntimeConfig config = config(args[0]);
        Routes routes =
                Routes.builder().on(DISCOUNT, (call, who) -> new byte[] {10}).build();
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        try (BootstrapSupervisor supervisor =
                Supervisors.create(config, routes, SupervisorListener.NONE, MicrometerMetrics.create(meters), null)) {
            supervisor.startGroups();
            supervisor.waitReady(config.lifecycle().readyTimeout());
            WorkerGroup prices = supervisor.group("prices");
            for (String customer : List.of("ada", "bob", "ada")) {
                Deadline deadline = Deadline.after(Duration.ofSeconds(20));
                byte[] price = prices.call(PRICE, customer.getBytes(UTF_8), deadline, customer)
                        .get();
                System.out.println(new String(price, UTF_8));
            }
            StopReport report = supervisor.stopGroups(StopPolicy.graceful(Duration.ofSeconds(10)));
            System.out.println("graceful: " + report.isGraceful());
        }
        System.out.println("calls: " + meters.get("sallyport.calls").timer().count());
    }
}
