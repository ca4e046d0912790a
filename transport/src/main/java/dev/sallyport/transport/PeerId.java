package dev.sallyport.transport;

import java.util.regex.Pattern;

/**
 * Who a peer is: the identity that its keys were issued for. It is taken from the session, never from a payload.
 *
 * @param group the group, {@code [a-z0-9-]{1,63}}
 * @param worker the worker within the group, {@code [a-z0-9-]{1,63}}
 * @param incarnation which start of the worker, from 1
 */
public record PeerId(String group, String worker, long incarnation) {

    private static final Pattern NAME = Pattern.compile("[a-z0-9-]{1,63}");

    /** @throws IllegalArgumentException when a name is outside its alphabet or the incarnation is below 1 */
    public PeerId {
        if (!isName(group) || !isName(worker)) {
            throw new IllegalArgumentException("group and worker names are 1 to 63 of a-z, 0-9 and '-'");
        }
        if (incarnation < 1) {
            throw new IllegalArgumentException("an incarnation is at least 1");
        }
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
