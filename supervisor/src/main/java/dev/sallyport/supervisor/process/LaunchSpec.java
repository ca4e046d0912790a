package dev.sallyport.supervisor.process;

import dev.sallyport.transport.PeerId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A process to start. Neither arguments nor environment ever hold a secret: both can be read by other processes.
 *
 * @param argv the executable and its arguments
 * @param environment the whole environment
 * @param jvm whether it is a JVM that {@link WorkerCommand} speaks of, and so takes one more flag behind the executable
 * @param background whether it is no worker: it gives way to everything else, and ends with the thread that launches it
 */
public record LaunchSpec(
        PeerId worker, List<String> argv, Map<String, String> environment, boolean jvm, boolean background) {

    public LaunchSpec {
        argv = List.copyOf(argv);
        environment = Map.copyOf(environment);
    }

    /** A worker that is any program. */
    public LaunchSpec(PeerId worker, List<String> argv, Map<String, String> environment) {
        this(worker, argv, environment, false, false);
    }

    /** The arguments, with this flag of the JVM before its others. */
    List<String> argvWith(String flag) {
        List<String> all = new ArrayList<>(argv);
        all.add(1, flag);
        return all;
    }
}
