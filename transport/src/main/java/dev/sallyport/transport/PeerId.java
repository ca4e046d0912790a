package dev.sallyport.transport;

import java.util.regex.Pattern;

/**
 * Who a peer is: the identity that its keys were issued for. It is taken from the session, never from a payload.
 *
 * @param group the group, {@code [a-z0-9-]{1,63}}, or {@link #ADMIN_GROUP}, which no configuration can name
 * @param worker the worker within the group, {@code [a-z0-9-]{1,63}}
 * @param incarnation which start of the worker, from 1
 */
public record PeerId(String group, String worker, long incarnation) {

    /** The group of {@link #ADMIN}, and before a slash the start of the names of its methods. No name of a group. */
    public static final String ADMIN_GROUP = "~admin";

    private static final Pattern NAME = Pattern.compile("[a-z0-9-]{1,63}");

    /**
     * Whoever administers a running server, and no worker: its key is generated whatever the secret mode, its methods are open to
     * it alone, and its sessions count in no limit of the workers.
     */
    public static final PeerId ADMIN = new PeerId(ADMIN_GROUP, "cli", 1);

    /** @throws IllegalArgumentException when a name is outside its alphabet or the incarnation is below 1 */
    public PeerId {
        if (!(isName(group) || group.equals(ADMIN_GROUP)) || !isName(worker)) {
            throw new IllegalArgumentException("group and worker names are 1 to 63 of a-z, 0-9 and '-'");
        }
        if (incarnation < 1) {
            throw new IllegalArgumentException("an incarnation is at least 1");
        }
    }

    /** Whether this is the reserved identity. */
    public boolean isAdmin() {
        return group.equals(ADMIN_GROUP);
    }

    /** Whether {@code text} may name a group or a worker. */
    public static boolean isName(String text) {
        return NAME.matcher(text).matches();
    }

    /** {@code group/worker#incarnation}. */
    @Override
    public String toString() {
        return group + "/" + worker + "#" + incarnation;
    }
}
