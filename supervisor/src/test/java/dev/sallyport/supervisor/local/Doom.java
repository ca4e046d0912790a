package dev.sallyport.supervisor.local;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sallyport.supervisor.process.Running;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** A supervisor in a process of its own, killed by SIGKILL at one moment, and how long its worker outlives it. */
final class Doom {

    /** Starts the supervisor, says nothing more, and never reaps what it started. */
    private static final String CARELESS_PARENT = "\"$@\" & exec sleep 600";

    private Doom() {}

    /**
     * Kills a supervisor and waits until its worker is gone. The supervisor stays a zombie, as under a parent that does not reap.
     *
     * @return milliseconds from the signal until the worker had ended
     */
    static long killAt(Fault.Moment moment) throws IOException {
        return kill(moment, false);
    }

    /** The same with a worker that was stopped by SIGSTOP before. */
    static void killWithStoppedWorker() throws IOException {
        kill(Fault.Moment.READY, true);
    }

    private static long kill(Fault.Moment moment, boolean stopped) throws IOException {
        Process parent = new ProcessBuilder(command(moment))
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        AtomicLong supervisor = new AtomicLong();
        List<Long> workers = new ArrayList<>();
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(parent.getInputStream(), UTF_8))) {
            String line = lines.readLine();
            while (line != null && !line.equals("now")) {
                long pid = Long.parseLong(line.substring(line.indexOf(' ') + 1));
                if (line.startsWith("supervisor ")) {
                    supervisor.set(pid);
                } else {
                    workers.add(pid);
                }
                line = lines.readLine();
            }
            assertThat(line).as("the supervisor came to %s", moment).isEqualTo("now");
            assertThat(workers).as("workers").hasSize(1);
            if (stopped) {
                Fault.signal("-STOP", workers.get(0));
                await().until(() -> Running.isStopped(workers.get(0)));
            }
            Fault.signal("-KILL", supervisor.get());
            long killed = System.nanoTime();
            await().until(() -> workers.stream().noneMatch(Running::isRunning));
            long gone = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - killed);
            await("the supervisor is a zombie").until(() -> Running.isZombie(supervisor.get()));
            return gone;
        } finally {
            parent.destroyForcibly();
            workers.stream().flatMap(pid -> ProcessHandle.of(pid).stream()).forEach(ProcessHandle::destroyForcibly);
        }
    }

    private static List<String> command(Fault.Moment moment) {
        return List.of(
                "sh",
                "-c",
                CARELESS_PARENT,
                "sh",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Dslf4j.provider=dev.sallyport.supervisor.worker.WorkerLog",
                "-cp",
                System.getProperty("java.class.path"),
                DoomedSupervisor.class.getName(),
                moment.name());
    }
}
