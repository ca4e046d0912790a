package dev.sallyport.supervisor.lifecycle;

import dev.sallyport.supervisor.GroupSpec;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The order in which groups start: as configured, but never before what they depend on. */
public final class StartOrder {

    private StartOrder() {}

    /** All groups, in order. */
    public static List<GroupSpec> ofAll(List<GroupSpec> configured) {
        return of(configured, configured.stream().map(GroupSpec::name).toList());
    }

    /**
     * The groups named and all that they depend on, in order.
     *
     * @throws IllegalArgumentException for a name that is not configured, or a circle of dependencies
     */
    static List<GroupSpec> of(List<GroupSpec> configured, Collection<String> names) {
        Map<String, GroupSpec> byName =
                configured.stream().collect(Collectors.toMap(GroupSpec::name, Function.identity()));
        Set<String> wanted = new LinkedHashSet<>();
        names.forEach(name -> want(name, byName, wanted));
        List<GroupSpec> rest = new ArrayList<>(configured);
        rest.removeIf(group -> !wanted.contains(group.name()));
        List<GroupSpec> order = new ArrayList<>();
        Set<String> placed = new LinkedHashSet<>();
        while (!rest.isEmpty()) {
            GroupSpec next = rest.stream()
                    .filter(group -> placed.containsAll(group.dependsOn()))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException("groups depend on each other in a circle"));
            rest.remove(next);
            order.add(next);
            placed.add(next.name());
        }
        return order;
    }

    private static void want(String name, Map<String, GroupSpec> byName, Set<String> wanted) {
        GroupSpec group = byName.get(name);
        if (group == null) {
            throw new IllegalArgumentException("no group is configured as " + name);
        }
        if (wanted.add(name)) {
            group.dependsOn().forEach(dependency -> want(dependency, byName, wanted));
        }
    }
}
