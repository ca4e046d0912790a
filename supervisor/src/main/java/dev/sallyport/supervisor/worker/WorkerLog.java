package dev.sallyport.supervisor.worker;

import java.io.PrintStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.ILoggerFactory;
import org.slf4j.IMarkerFactory;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.slf4j.helpers.BasicMarkerFactory;
import org.slf4j.helpers.NOPMDCAdapter;
import org.slf4j.spi.MDCAdapter;
import org.slf4j.spi.SLF4JServiceProvider;

/**
 * The logging of a worker: lines on standard error, where the supervisor reads them and adds time and name. It is chosen by
 * {@link #use} in a worker's own process and nowhere else, so that a program that embeds the supervisor keeps its own; a real logging
 * library with its configuration would cost each worker 300 ms of its start.
 */
public final class WorkerLog implements SLF4JServiceProvider {

    /** The lowest level that is written, a name of {@link Level}; when it is not set, INFO, and WARN for the container. */
    static final String LEVEL_PROPERTY = "sallyport.worker.log";

    /** The container tells at INFO how long it took: a line that nobody needs, and whose numbers load all that formats for a locale. */
    private static final String CONTAINER = "io.avaje.";

    private static final String PROVIDER_PROPERTY = "slf4j.provider";

    private final IMarkerFactory markers = new BasicMarkerFactory();
    private final MDCAdapter context = new NOPMDCAdapter();

    /** For SLF4J alone. */
    public WorkerLog() {}

    /**
     * Makes this the logging of the process, unless another was chosen on its command line. To be called before any logger is made, and before
     * there are threads that make some: SLF4J prints warnings of loggers that are made while another thread makes the first.
     *
     * @return false when another was chosen, of which no code has run yet
     */
    static boolean use() {
        if (System.getProperty(PROVIDER_PROPERTY) != null) {
            return false;
        }
        System.setProperty(PROVIDER_PROPERTY, WorkerLog.class.getName());
        // SLF4J announces a provider that was chosen by name
        System.setProperty("slf4j.internal.verbosity", Level.WARN.name());
        var unused = LoggerFactory.getILoggerFactory();
        return true;
    }

    /** Writes one line, and a stack trace if there is a failure, without any logging library. */
    @SuppressWarnings("CatchAndPrintStackTrace") // standard error is this log
    static void line(String text, @Nullable Throwable failure) {
        PrintStream out = System.err;
        synchronized (out) {
            out.println(text);
            if (failure != null) {
                failure.printStackTrace(out);
            }
            out.flush();
        }
    }

    @Override
    public ILoggerFactory getLoggerFactory() {
        Level lowest = lowest();
        Level ofContainer = System.getProperty(LEVEL_PROPERTY) == null ? Level.WARN : lowest;
        return name -> new StderrLogger(name, name.startsWith(CONTAINER) ? ofContainer : lowest);
    }

    @Override
    public IMarkerFactory getMarkerFactory() {
        return markers;
    }

    @Override
    public MDCAdapter getMDCAdapter() {
        return context;
    }

    @Override
    public String getRequestedApiVersion() {
        return "2.0.99";
    }

    @Override
    public void initialize() {}

    private static Level lowest() {
        try {
            return Level.valueOf(System.getProperty(LEVEL_PROPERTY, Level.INFO.name()));
        } catch (IllegalArgumentException e) {
            return Level.INFO;
        }
    }

    /** Text of another process or of user code, on one line, and without the format characters that could reorder what a terminal shows. */
    static String oneLine(String text) {
        return text.replaceAll("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]", " ");
    }
}
