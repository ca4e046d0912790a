package dev.sallyport.supervisor.local;

import dev.sallyport.supervisor.BootstrapSupervisor;
import dev.sallyport.supervisor.GroupSpec;
import dev.sallyport.supervisor.Patience;
import dev.sallyport.supervisor.RestartPolicy;
import dev.sallyport.supervisor.RuntimeConfig;
import dev.sallyport.supervisor.StopReport;
import dev.sallyport.supervisor.SupervisorListener;
import dev.sallyport.supervisor.WorkerPhase;
import dev.sallyport.supervisor.launch.Supervisors;
import dev.sallyport.transport.PeerId;
import java.io.File;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

/** A supervisor with real processes, and everything it told. */
final class Rig implements SupervisorListener, AutoCloseable {

    static final Duration READY = Patience.LIMIT;

    /** Without what every start pays and no test looks at: a second compiler, Netty's flight recorder and its look at the network. */
    static final List<String> QUICK_JVM = List.of(
            "-XX:TieredStopAtLevel=1",
            "-Dio.netty.jfr.enabled=false",
            "-Dio.netty.processId=1",
            "-Dio.netty.machineId=00:00:00:00:00:01");

    /** For children that live for a second: also no logging library, which would cost more than all the rest. */
    private static final List<String> QUICK = List.of(
            "-Xmx64m",
            "-Dslf4j.provider=dev.sallyport.supervisor.worker.WorkerLog",
            "-XX:ErrorFile=target/hs_err_pid%p.log");

    final List<String> told = new CopyOnWriteArrayList<>();
    final List<StopReport.GroupStop> stops = new CopyOnWriteArrayList<>();
    final Map<PeerId, Long> pids = new ConcurrentHashMap<>();
    final BootstrapSupervisor supervisor;

    Rig(Duration graceful, GroupSpec... groups) {
        this(READY, graceful, groups);
    }

    Rig(Duration ready, Duration graceful, GroupSpec... groups) {
        supervisor = Supervisors.create(config(ready, graceful, groups), this);
    }

    static RuntimeConfig config(Duration ready, Duration graceful, GroupSpec... groups) {
        return new RuntimeConfig(
                RuntimeConfig.Mode.PROCESS_SUPERVISOR,
                RuntimeConfig.ExecutionIpc.DEFAULT,
                new RuntimeConfig.Lifecycle(ready, graceful, true),
                List.of(groups),
                new RuntimeConfig.Scenario("test", Map.of("limit", "3")));
    }

    /** A group of workers that behave in this way. */
    static GroupSpec odd(String name, int workers, String odd, String... dependsOn) {
        return odd(name, workers, odd, RestartPolicy.NEVER, dependsOn);
    }

    static GroupSpec odd(String name, int workers, String odd, RestartPolicy restart, String... dependsOn) {
        return group(name, workers, OddWorker.class.getName(), List.of(), Map.of("ODD", odd), restart, dependsOn);
    }

    static GroupSpec command(String name, String... argv) {
        return GroupSpec.builder(name)
                .command(List.of(argv))
                .restart(RestartPolicy.NEVER)
                .build();
    }

    static GroupSpec group(
            String name,
            int workers,
            String entry,
            List<String> roots,
            Map<String, String> env,
            RestartPolicy restart,
            String... dependsOn) {
        List<String> classPath = new ArrayList<>(
                Arrays.asList(System.getProperty("java.class.path").split(File.pathSeparator, -1)));
        classPath.addAll(roots);
        return GroupSpec.builder(name)
                .workers(workers)
                .dependsOn(List.of(dependsOn))
                .entry(entry)
                .classPath(classPath)
                .discoveryRoots(roots)
                .jvmArgs(Stream.concat(QUICK_JVM.stream(), QUICK.stream()).toList())
                .env(env)
                .restart(restart)
                .build();
    }

    /** The same group with these flags behind its own. */
    static GroupSpec with(GroupSpec group, String... jvmArgs) {
        return group.toBuilder()
                .jvmArgs(Stream.concat(group.jvmArgs().stream(), Stream.of(jvmArgs))
                        .toList())
                .build();
    }

    static PeerId id(String group, int index, long incarnation) {
        return new PeerId(group, Integer.toString(index), incarnation);
    }

    /** Starts all groups and waits until they are ready. */
    Rig up() {
        supervisor.startGroups();
        supervisor.waitReady(READY);
        return this;
    }

    ProcessHandle process(PeerId id) {
        return ProcessHandle.of(Objects.requireNonNull(pids.get(id))).orElseThrow();
    }

    Stream<String> told(String kind) {
        return told.stream().filter(line -> line.startsWith(kind));
    }

    @Override
    public void workerPhase(PeerId worker, WorkerPhase phase, long pid, long millis) {
        pids.put(worker, pid);
        told.add("phase " + worker + " " + phase);
    }

    @Override
    public void workerLost(PeerId worker, String evidence) {
        told.add("lost " + worker + " " + evidence);
    }

    @Override
    public void workerRestarting(PeerId next, int restartsInWindow, long delayMillis) {
        told.add("restarting " + next);
    }

    @Override
    public void workerReplacing(PeerId worker, PeerId next, String reason) {
        told.add("replacing " + worker + " " + next + " " + reason);
    }

    @Override
    public void workerReplaced(PeerId next, StopReport.WorkerStop worker) {
        told.add("replaced " + worker.worker() + " " + worker.end());
    }

    @Override
    public void replacementFailed(PeerId next, String evidence, long retryMillis) {
        told.add("not replaced " + next + " " + evidence);
    }

    @Override
    public void groupFailed(String group, String evidence) {
        told.add("failed " + group + " " + evidence);
    }

    @Override
    public void groupStopped(StopReport.GroupStop stop) {
        stops.add(stop);
        told.add("stopped " + stop.name() + " " + stop.mode());
    }

    /** Ends what runs, and then no process of this rig may be left. */
    @Override
    public void close() {
        supervisor.close();
    }
}
