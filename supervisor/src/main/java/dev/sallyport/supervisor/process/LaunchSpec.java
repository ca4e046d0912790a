package dev.sallyport.supervisor.process;

import dev.sallyport.transport.PeerId;
import java.util.List;
import java.util.Map;

/**
 * A process to start. Neither arguments nor environment ever hold a secret: both can be read by other processes.
 *
 * @param argv the executable and its arguments
 * @param environment the whole environment
 * @param background whether it is no worker: it gives way to everything else, and ends with the thread that launches it
 */
public record LaunchSpec(PeerId worker, List<String> argv, Map<String, String> environment, boolean background) {

    public LaunchSpec {
        argv = List.copyOf(argv);
        environment = Map.copyOf(environment);
    }

    /** A worker. */
    public LaunchSpec(PeerId worker, List<String> argv, Map<String, String> environment) {
        this(worker, argv, environment, false);
    }
}
