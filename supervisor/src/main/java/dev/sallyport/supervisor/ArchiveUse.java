package dev.sallyport.supervisor;

/** Whether a worker process started with an archive of its loaded classes (docs/adr/0042-class-archives.md). */
public enum ArchiveUse {
    /** The JVM has mapped the archive. */
    USED,
    /** The JVM was given one; this system does not tell whether it took it. */
    GIVEN,
    /** The JVM was given one and did not take it. */
    REFUSED,
    /** There was none yet: one is made in the background, for the next start. */
    NONE_YET,
    /** There is none and will be none: the log has the reason. */
    OFF
}
