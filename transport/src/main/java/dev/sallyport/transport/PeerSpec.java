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

    /** @throws IllegalArgumentException for a peer that is not {@link PeerId#ADMIN} and may call a method of that identity */
    public PeerSpec {
        mayCall = Set.copyOf(mayCall);
        if (!id.isAdmin() && mayCall.stream().anyMatch(PeerSpec::isAdminMethod)) {
            throw new IllegalArgumentException(
                    "methods of " + PeerId.ADMIN_GROUP + " are open to that identity alone, not to " + id);
        }
    }

    /** Whether a method of this name is open to {@link PeerId#ADMIN} alone. */
    public static boolean isAdminMethod(String method) {
        return method.startsWith(PeerId.ADMIN_GROUP + "/");
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
