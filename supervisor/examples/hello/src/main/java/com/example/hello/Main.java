package com.example.hello;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sallyport.supervisor.BootstrapSupervisor;
import dev.sallyport.supervisor.RuntimeConfig;
import dev.sallyport.supervisor.StopPolicy;
import dev.sallyport.supervisor.StopReport;
import dev.sallyport.supervisor.SupervisorListener;
import dev.sallyport.supervisor.config.RuntimeConfigLoader;
import dev.sallyport.supervisor.launch.Supervisors;
import dev.sallyport.transport.Deadline;
import java.nio.file.Path;
import java.time.Duration;

/** The service that owns the worker: starts it, calls it, stops it. */
public final class Main {

    private Main() {}

    /** @param arguments the configuration file, and whom to greet */
    public static void main(String[] arguments) throws Exception {
        RuntimeConfig config = RuntimeConfigLoader.load(Path.of(arguments[0])).config();
        try (BootstrapSupervisor supervisor = Supervisors.create(config, SupervisorListener.NONE)) {
            supervisor.startGroups();
            supervisor.waitReady(config.lifecycle().readyTimeout());

            Deadline deadline = Deadline.after(Duration.ofSeconds(5));
            byte[] name = arguments[1].getBytes(UTF_8);
            byte[] reply = supervisor.group("hello").call(Greeter.GREET, name, deadline).get();
            System.out.println(new String(reply, UTF_8));
            System.out.println("This is process " + ProcessHandle.current().pid());

            StopReport report = supervisor.stopGroups(StopPolicy.graceful(Duration.ofSeconds(5)));
            System.out.println(report.isGraceful() ? "The worker stopped gracefully" : "The worker was forced");
        }
    }
}
