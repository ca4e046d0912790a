package dev.sallyport.supervisor.process;

import java.io.IOException;

/** Starts processes. Safe for use by many threads. */
public interface ProcessLauncher extends AutoCloseable {

    /**
     * Starts a process and begins to read what it prints.
     *
     * @throws IOException when there is no such executable, or the system refuses
     */
    WorkerProcess launch(LaunchSpec spec) throws IOException;

    /** Ends its own threads; the processes stay as they are. */
    @Override
    void close();
}
