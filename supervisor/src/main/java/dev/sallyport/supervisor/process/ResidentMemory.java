package dev.sallyport.supervisor.process;

import java.util.OptionalLong;

/** The memory of a process that is in RAM. */
public final class ResidentMemory {

    private static final ProcessTable TABLE = ProcessTable.ofThisSystem();

    private ResidentMemory() {}

    /** Bytes; nothing where the system does not tell, or when there is no such process. */
    public static OptionalLong ofPid(long pid) {
        long bytes = pid > 0 ? TABLE.residentBytes(pid) : 0;
        return bytes > 0 ? OptionalLong.of(bytes) : OptionalLong.empty();
    }
}
