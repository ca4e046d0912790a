package dev.sallyport.supervisor.worker;

import java.lang.reflect.Method;
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

    /** By reflection, because the one class of the JDK that can do it is no part of its API and may be missing. */
    static void ignore() {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Object ignore = handler.getField("SIG_IGN").get(null);
            Method handle = signal.getMethod("handle", signal, handler);
            for (String name : IGNORED) {
                handle.invoke(null, signal.getConstructor(String.class).newInstance(name), ignore);
            }
        } catch (ReflectiveOperationException e) {
            LOG.debug("this JVM does not let signals be ignored", e);
        }
    }
}
