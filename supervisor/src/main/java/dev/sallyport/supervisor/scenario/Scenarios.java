package dev.sallyport.supervisor.scenario;

import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;

/** The scenarios on the class path. */
public final class Scenarios {

    private Scenarios() {}

    /** The scenario of this id. */
    public static Optional<Scenario> find(String id) {
        return all().stream().filter(scenario -> scenario.id().equals(id)).findFirst();
    }

    /** The ids there are, sorted: what an unknown id is answered with. */
    public static List<String> ids() {
        return all().stream().map(Scenario::id).sorted().toList();
    }

    private static List<Scenario> all() {
        return ServiceLoader.load(Scenario.class).stream()
                .map(ServiceLoader.Provider::get)
                .toList();
    }
}
