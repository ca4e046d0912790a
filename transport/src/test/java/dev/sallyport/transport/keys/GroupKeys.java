package dev.sallyport.transport.keys;

/** The keys of a server that never leave it, from a master secret that a test knows. */
public final class GroupKeys {

    private GroupKeys() {}

    /** PRK_ROOT. */
    public static byte[] root(byte[] master, byte[] bootId) {
        try (Secret ms = Secret.copyOf(master);
                Secret root = KeySchedule.prkRoot(new JdkHkdf(), bootId, ms)) {
            return root.use(byte[]::clone);
        }
    }

    /** K_GROUP. */
    public static byte[] of(byte[] master, byte[] bootId, String group) {
        try (Secret ms = Secret.copyOf(master);
                Secret root = KeySchedule.prkRoot(new JdkHkdf(), bootId, ms);
                Secret key = KeySchedule.groupKey(new JdkHkdf(), root, group)) {
            return key.use(byte[]::clone);
        }
    }
}
