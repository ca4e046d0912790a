package dev.sallyport.supervisor.process;

import dev.sallyport.transport.PeerId;
import java.util.List;
import java.util.Map;

/**
 * A process to start. Neither arguments nor environment ever hold a secret: both can be read by other processes.
 *
 * @param argv the executable and its arguments
 * @param environment the whole environment
 */
public record LaunchSpec(PeerId worker, List<String> argv, Map<String, String> environment) {

    public LaunchSpec {
        argv = List.copyOf(argv);
        environment = Map.copyOf(environment);
    }
}
