package dev.sallyport.supervisor.local;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sallyport.supervisor.process.Running;
import dev.sallyport.supervisor.worker.TestRoot;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A supervisor in a process of its own, killed by SIGKILL at one moment, and how long its worker outlives it. The worker has the real
 * runtime and a discovery root.
 */
final class Doom {

    /** Starts the supervisor, says nothing more, and never reaps what it started. */
    private static final String CARELESS_PARENT = "\"$@\" & exec sleep 600";

    private Doom() {}

    /** The workers' discovery root: a container that takes its time to be built, and the calls of {@link OddWorker} that are made here. */
    static Path compileRoot(Path folder) {
        return TestRoot.jar(folder, "doomed", """
                @Singleton class Doomed implements Worker {
                  Doomed() {
                    nap(new byte[] {10});
                  }
                  public Routes routes() {
                    return Routes.builder()
                        .on(MethodDescriptor.ofBytes("odd/echo"), (call, in) -> in)
                        .on(MethodDescriptor.ofBytes("odd/nap"), (call, in) -> nap(in))
                        .build();
                  }
                  private static byte[] nap(byte[] hundredths) {
                    long end = System.nanoTime() + (hundredths[0] & 0xff) * 10_000_000L;
                    for (long left = end - System.nanoTime(); left > 0; left = end - System.nanoTime()) {
                      java.util.concurrent.locks.LockSupport.parkNanos(left);
                    }
                    return hundredths;
                  }
                }
                """);
    }

    /**
     * Kills a supervisor and waits until its worker is gone. The supervisor stays a zombie, as under a parent that does not reap.
     *
     * @return milliseconds from the signal until the worker had ended
     */
    static long killAt(Fault.Moment moment, Path root) throws IOException {
        return kill(moment, root, false);
    }

    /** The same with a worker that was stopped by SIGSTOP before. */
    static long killWithStoppedWorker(Path root) throws IOException {
        return kill(Fault.Moment.READY, root, true);
    }

    private static long kill(Fault.Moment moment, Path root, boolean stopped) throws IOException {
        Process parent = new ProcessBuilder(command(moment, root))
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

    private static List<String> command(Fault.Moment moment, Path root) {
        List<String> command = new ArrayList<>(List.of(
                "sh",
                "-c",
                CARELESS_PARENT,
                "sh",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC"));
        command.addAll(Rig.QUICK_JVM);
        command.addAll(List.of(
                "-Dslf4j.provider=dev.sallyport.supervisor.worker.WorkerLog",
                "-cp",
                System.getProperty("java.class.path"),
                DoomedSupervisor.class.getName(),
                moment.name(),
                root.toString()));
        return command;
    }
}
