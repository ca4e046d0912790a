package dev.sallyport.supervisor.local;

import dev.sallyport.supervisor.BootstrapSupervisor;
import dev.sallyport.supervisor.GroupSpec;
import dev.sallyport.supervisor.RuntimeConfig;
import dev.sallyport.supervisor.SupervisorListener;
import dev.sallyport.supervisor.archive.ClassArchives;
import dev.sallyport.supervisor.process.LaunchSpec;
import dev.sallyport.supervisor.process.LocalLauncher;
import dev.sallyport.supervisor.process.ProcessLauncher;
import dev.sallyport.supervisor.process.WorkerProcess;
import dev.sallyport.transport.PeerId;
import dev.sallyport.transport.Routes;
import dev.sallyport.transport.TransportConfig;
import dev.sallyport.transport.loopback.LoopbackTransport;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;

/** Real processes, within reach of a test: their pipes can be written to, and what goes into them be changed. */
final class FaultLauncher implements ProcessLauncher {

    private final LocalLauncher launcher = new LocalLauncher();
    private final Map<PeerId, Watched> processes = new ConcurrentHashMap<>();
    private final BiFunction<PeerId, byte[], byte[]> bundles;

    /** @param bundles what becomes of each bundle on its way into the pipe */
    FaultLauncher(BiFunction<PeerId, byte[], byte[]> bundles) {
        this.bundles = bundles;
    }

    @Override
    public WorkerProcess launch(LaunchSpec spec) throws IOException {
        Watched process = new Watched(spec.worker(), launcher.launch(spec));
        processes.put(spec.worker(), process);
        return process;
    }

    /** A supervisor over these processes. */
    BootstrapSupervisor supervisor(RuntimeConfig config, SupervisorListener listener) {
        return supervisor(
                config, listener, ClassArchives.of(new RuntimeConfig.ClassArchive(false, null), this, Map.of()));
    }

    /** The same with class archives, which it owns. */
    BootstrapSupervisor supervisor(RuntimeConfig config, SupervisorListener listener, ClassArchives archives) {
        Duration connect = config.lifecycle().readyTimeout();
        int workers = config.groups().stream().mapToInt(GroupSpec::workers).sum();
        TransportConfig settings = TransportConfig.builder()
                .connectTimeout(connect)
                .expectedPeers(workers)
                .build();
        return new ProcessSupervisor(
                config, Routes.none(), LoopbackTransport.create(settings), this, archives, listener, null);
    }

    /** A bundle in which one bit is another. */
    static byte[] broken(byte[] bundle) {
        byte[] broken = bundle.clone();
        broken[broken.length / 2] ^= 1;
        return broken;
    }

    Watched process(PeerId worker) {
        return Objects.requireNonNull(processes.get(worker), worker.toString());
    }

    Set<PeerId> launched() {
        return processes.keySet();
    }

    List<Long> pids() {
        return processes.values().stream().map(Watched::pid).toList();
    }

    @Override
    public void close() {
        launcher.close();
    }

    /** A process, and the test's hand on its pipe. */
    final class Watched implements WorkerProcess {

        private final WorkerProcess process;
        private final CompletableFuture<Void> bundleWritten = new CompletableFuture<>();
        private final OutputStream lifeline;

        private Watched(PeerId id, WorkerProcess process) {
            this.process = process;
            this.lifeline = new FilterOutputStream(process.lifeline()) {
                @Override
                public void write(byte[] bytes, int offset, int length) throws IOException {
                    try {
                        out.write(bundles.apply(id, bytes));
                        out.flush();
                    } finally {
                        bundleWritten.complete(null);
                    }
                }
            };
        }

        void writeTrailingByte() throws IOException {
            bundleWritten.join();
            process.lifeline().write(0);
            process.lifeline().flush();
        }

        @Override
        public long pid() {
            return process.pid();
        }

        @Override
        public OutputStream lifeline() {
            return lifeline;
        }

        @Override
        public CompletableFuture<Integer> exited() {
            return process.exited();
        }

        @Override
        public long residentBytes() {
            return process.residentBytes();
        }

        @Override
        public void terminate() {
            process.terminate();
        }

        @Override
        public void kill() {
            process.kill();
        }

        @Override
        public List<String> sweep(Duration limit) {
            return process.sweep(limit);
        }

        @Override
        public List<String> traces() {
            return process.traces();
        }
    }
}
