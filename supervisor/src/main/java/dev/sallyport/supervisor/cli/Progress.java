package dev.sallyport.supervisor.cli;

import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** A line every few seconds while a run is under way. */
final class Progress implements AutoCloseable {

    private static final int SECONDS = 5;

    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "sallyport-progress");
        thread.setDaemon(true);
        return thread;
    });

    private final RunFiles files;
    private final RunOutput output;
    private String told = "";

    Progress(RunFiles files, RunOutput output) {
        this.files = files;
        this.output = output;
    }

    void start() {
        var unused = timer.scheduleAtFixedRate(this::tell, SECONDS, SECONDS, TimeUnit.SECONDS);
    }

    private void tell() {
        String progress = files.progress();
        if (files.bytesRead() > 0 && !progress.equals(told)) {
            told = progress;
            output.note(progress + " of the input read");
        }
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
