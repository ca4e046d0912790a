package dev.sallyport.supervisor.process;

import java.util.List;
import java.util.Optional;

/** Where the system's own tools are. */
public final class SystemTools {

    /** Looked for in these and nowhere else: a PATH that somebody set must not choose what is run. */
    public static final List<String> FOLDERS = Tools.FOLDERS;

    private SystemTools() {}

    /** Whether {@code setpriv} can see to it that a worker hears of its supervisor's end: not that of an old util-linux, or BusyBox. */
    public static boolean hasDeathSignal() {
        return Tools.ofThisSystem().setpriv() != null;
    }

    /** The absolute path of a tool that is there. */
    public static Optional<String> find(String name) {
        return Optional.ofNullable(Tools.find(name));
    }
}
