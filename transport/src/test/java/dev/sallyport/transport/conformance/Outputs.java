package dev.sallyport.transport.conformance;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.slf4j.LoggerFactory;

/** Everything that this process logs, at the finest level, and prints, while it is open. */
final class Outputs extends AppenderBase<ILoggingEvent> implements AutoCloseable {

    private static final int OVERLAP = 1024;

    private final StringBuilder logged = new StringBuilder();
    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private final PrintStream out = System.out;
    private final PrintStream err = System.err;
    private final Logger root;
    private final Level level;
    private int seenLogged;
    private int seenPrinted;

    private Outputs(Logger root) {
        this.root = root;
        this.level = root.getLevel();
    }

    static Outputs capture() {
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        Outputs outputs = new Outputs(context.getLogger(Logger.ROOT_LOGGER_NAME));
        outputs.setContext(context);
        outputs.start();
        outputs.root.setLevel(Level.TRACE);
        outputs.root.addAppender(outputs);
        System.setOut(outputs.tee(outputs.out));
        System.setErr(outputs.tee(outputs.err));
        return outputs;
    }

    private PrintStream tee(PrintStream original) {
        return new PrintStream(
                new OutputStream() {
                    @Override
                    public void write(int b) {
                        original.write(b);
                        synchronized (printed) {
                            printed.write(b);
                        }
                    }

                    @Override
                    public void write(byte[] bytes, int offset, int length) {
                        original.write(bytes, offset, length);
                        synchronized (printed) {
                            printed.write(bytes, offset, length);
                        }
                    }
                },
                true,
                StandardCharsets.UTF_8);
    }

    @Override
    protected void append(ILoggingEvent event) {
        synchronized (logged) {
            logged.append(event.getThreadName())
                    .append(' ')
                    .append(event.getLoggerName())
                    .append(' ')
                    .append(event.getFormattedMessage())
                    .append('\n');
            if (event.getThrowableProxy() != null) {
                logged.append(ThrowableProxyUtil.asString(event.getThrowableProxy()));
            }
        }
    }

    String text() {
        synchronized (logged) {
            synchronized (printed) {
                return logged + printed.toString(StandardCharsets.ISO_8859_1);
            }
        }
    }

    /** The text since the last call, and enough of what was before it for a secret that spans both. */
    String news() {
        synchronized (logged) {
            synchronized (printed) {
                String allPrinted = printed.toString(StandardCharsets.ISO_8859_1);
                String news = logged.substring(Math.max(0, seenLogged - OVERLAP))
                        + allPrinted.substring(Math.max(0, seenPrinted - OVERLAP));
                seenLogged = logged.length();
                seenPrinted = allPrinted.length();
                return news;
            }
        }
    }

    /** How often a logger has written a line. */
    long lines(String logger) {
        return text().lines().filter(line -> line.contains(" " + logger + " ")).count();
    }

    @Override
    public void close() {
        root.detachAppender(this);
        root.setLevel(level);
        System.setOut(out);
        System.setErr(err);
        stop();
    }
}
