package dev.sallyport.supervisor.worker;

import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ctrl-C and the hang-up of a terminal go to every process in its foreground. A worker ends by its supervisor's order, so it
 * ignores them. Where setsid(1) starts workers they never arrive; this is for where it is missing. SIGTERM and SIGQUIT are left as they are.
 */
final class TerminalSignals {

    private static final Logger LOG = LoggerFactory.getLogger(TerminalSignals.class);

    private static final List<String> IGNORED = List.of("INT", "HUP");

    private TerminalSignals() {}

    /**
     * By the one class of the JDK that can do it, which is no part of its API and may be missing. Reflection would have a JDK 25 make method handles first:
     * 8 ms of each start (docs/adr/0043).
     */
    static void ignore() {
        try {
            for (String name : IGNORED) {
                sun.misc.Signal.handle(new sun.misc.Signal(name), sun.misc.SignalHandler.SIG_IGN);
            }
        } catch (IllegalArgumentException | LinkageError e) {
            LOG.debug("this JVM does not let signals be ignored", e);
        }
    }
}
