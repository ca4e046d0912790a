package dev.sallyport.supervisor.lifecycle;

import java.util.Map;

/** An exit status as a shell shows it: 129 to 159 is the end by signal 1 to 31. */
record ExitStatus(int status) {

    /** A bundle or a configuration that the child refused ({@code EX_CONFIG}). Starting it again cannot help. */
    static final int BUNDLE_REFUSED = 78;

    private static final int SIGNAL_BASE = 128;
    private static final int LAST_SIGNAL = 31;

    private static final Map<Integer, String> NAMES = Map.of(
            1, "SIGHUP", 2, "SIGINT", 3, "SIGQUIT", 4, "SIGILL", 6, "SIGABRT", 8, "SIGFPE", 9, "SIGKILL", 11, "SIGSEGV",
            13, "SIGPIPE", 15, "SIGTERM");

    boolean isSignal() {
        return status > SIGNAL_BASE && status <= SIGNAL_BASE + LAST_SIGNAL;
    }

    /** The signal, or 0. */
    int signal() {
        return isSignal() ? status - SIGNAL_BASE : 0;
    }

    /** Whether the worker ended as one that had nothing left to do. */
    boolean isNormal() {
        return status == 0;
    }

    @Override
    public String toString() {
        return isSignal()
                ? "was ended by signal " + signal()
                        + NAMES.getOrDefault(signal(), "").transform(ExitStatus::inBrackets)
                : "exited with " + status;
    }

    private static String inBrackets(String name) {
        return name.isEmpty() ? "" : " (" + name + ")";
    }
}
