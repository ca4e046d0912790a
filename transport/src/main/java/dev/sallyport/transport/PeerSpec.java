package dev.sallyport.transport;

import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * A peer to issue a credential for.
 *
 * @param id its identity, issued at most once until it is revoked
 * @param mayCall the names of the methods it may call here; all others are denied
 */
public record PeerSpec(PeerId id, Set<String> mayCall) {

    public PeerSpec {
        mayCall = Set.copyOf(mayCall);
    }

    /** The first incarnation of {@code group/worker}, which may call nothing. */
    public static PeerSpec of(String group, String worker) {
        return new PeerSpec(new PeerId(group, worker, 1), Set.of());
    }

    /** The same peer, which may call these methods as well. */
    public PeerSpec mayCall(MethodDescriptor<?, ?>... methods) {
        Set<String> all = new LinkedHashSet<>(mayCall);
        Arrays.stream(methods).map(MethodDescriptor::name).forEach(all::add);
        return new PeerSpec(id, all);
    }
}
