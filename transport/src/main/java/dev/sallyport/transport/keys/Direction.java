package dev.sallyport.transport.keys;

/** Which way frames go; each direction has keys of its own. */
public enum Direction {
    /** Worker to supervisor. */
    W2S("w2s"),
    /** Supervisor to worker. */
    S2W("s2w");

    private final String label;

    Direction(String label) {
        this.label = label;
    }

    /** The name of this direction in key labels. */
    String label() {
        return label;
    }
}
