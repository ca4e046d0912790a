package dev.sallyport.supervisor.issue;

import dev.sallyport.supervisor.GroupSpec;
import dev.sallyport.supervisor.RuntimeConfig;
import dev.sallyport.supervisor.RuntimeProfile;
import dev.sallyport.transport.Credential;
import dev.sallyport.transport.PeerId;
import dev.sallyport.transport.PeerSpec;
import dev.sallyport.transport.RejectedException;
import dev.sallyport.transport.TransportServer;
import dev.sallyport.transport.keys.IssuedCredential;
import java.time.Duration;
import java.util.Map;

/** Makes the bundles of a supervisor's workers. Safe for use by many threads. */
public final class BundleIssuer {

    private final TransportServer server;
    private final String scenario;
    private final Map<String, String> selectors;
    private final String runtime;

    /** @param server issues the keys and knows where it listens */
    public BundleIssuer(TransportServer server, RuntimeConfig config) {
        this.server = server;
        RuntimeConfig.Scenario executed = config.scenario();
        this.scenario = executed == null ? "" : executed.id();
        this.selectors = executed == null ? Map.of() : executed.selectors();
        this.runtime = RuntimeProfile.DEFAULT
                .gracefulTimeout(config.lifecycle().gracefulTimeout())
                .busyPoll(config.ipc() == null ? Duration.ZERO : config.ipc().busyPoll())
                .toJson();
    }

    /** For workers that run no scenario and stop as they do by default. */
    public BundleIssuer(TransportServer server) {
        this.server = server;
        this.scenario = "";
        this.selectors = Map.of();
        this.runtime = RuntimeProfile.DEFAULT.toJson();
    }

    /**
     * Issues the keys of one incarnation and adds what the child builds itself from.
     *
     * @throws RejectedException as {@link TransportServer#issue}
     */
    public IssuedBundle issue(PeerId worker, GroupSpec group) {
        try (Credential keys = server.issue(new PeerSpec(worker, group.calls()))) {
            if (!(keys instanceof IssuedCredential issued)) {
                throw new IllegalStateException("this transport issues nothing that can be handed to a process");
            }
            return new IssuedBundle(issued.withMetadata(scenario, group.discoveryRoots(), selectors, runtime));
        }
    }
}
