package dev.sallyport.supervisor.worker;

import com.google.protobuf.ByteString;
import dev.sallyport.proto.v1.StopRequest;
import dev.sallyport.proto.v1.WorkerStatus;
import dev.sallyport.supervisor.RuntimeProfile;
import dev.sallyport.supervisor.Worker;
import dev.sallyport.supervisor.WorkerExit;
import dev.sallyport.supervisor.bootstrap.BundleReader;
import dev.sallyport.supervisor.bootstrap.ClassPath;
import dev.sallyport.supervisor.bootstrap.DiscoveryRoots;
import dev.sallyport.supervisor.bootstrap.StandardInput;
import dev.sallyport.supervisor.bootstrap.WorkerBlueprint;
import dev.sallyport.transport.Deadline;
import dev.sallyport.transport.MethodDescriptor;
import dev.sallyport.transport.PeerId;
import dev.sallyport.transport.PeerListener;
import dev.sallyport.transport.PeerSpec;
import dev.sallyport.transport.RejectedException;
import dev.sallyport.transport.Routes;
import dev.sallyport.transport.Transport;
import dev.sallyport.transport.TransportConfig;
import dev.sallyport.transport.TransportServer;
import dev.sallyport.transport.keys.BundleCodec;
import dev.sallyport.transport.keys.IssuedCredential;
import dev.sallyport.transport.loopback.LoopbackTransport;
import io.avaje.inject.spi.AvajeModule;
import io.avaje.inject.spi.Builder;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The main class of a training run (docs/adr/0042-class-archives.md): a worker that goes through bundle, handshake, container,
 * ready, a call and stop, against a server in the same process whose keys nobody else ever has. The classes of the discovery
 * roots, and those they need, are loaded, and none of their code is run: its effects are for real workers. The arguments are the discovery roots.
 */
public final class TrainingMain {

    private static final PeerId WORKER = new PeerId("training", "0", 1);
    private static final MethodDescriptor<byte[], byte[]> ECHO = MethodDescriptor.ofBytes("training/echo");
    private static final long LIMIT_SECONDS = 60;

    private TrainingMain() {}

    /** Never returns: the process ends with 0, or with another code of {@link WorkerExit} and a reason on standard error. */
    public static void main(String[] args) {
        OrphanGuard guard = WorkerMain.prepare();
        try {
            System.exit(train(guard, List.of(args)).code());
        } catch (RejectedException | ExecutionException | TimeoutException | IOException | InterruptedException e) {
            WorkerLog.line("training failed: " + e, null);
            System.exit(WorkerExit.INTERNAL.code());
        }
    }

    /** Goes where {@link WorkerMain} goes, so that what its code makes at run time is there for the archive too. */
    private static WorkerExit train(OrphanGuard guard, List<String> roots)
            throws ExecutionException, TimeoutException, IOException, InterruptedException {
        CompletableFuture<Void> ready = new CompletableFuture<>();
        try (Transport transport = LoopbackTransport.create(TransportConfig.defaults());
                TransportServer server = transport.bind(Routes.none(), readyListener(ready))) {
            BundleReader reader = BundleReader.start(pipe(server, roots));
            WorkerMain.watch(guard, reader);
            WorkerBlueprint blueprint = WorkerBlueprint.read(reader, ClassPath.ofThisProcess());
            DiscoveryRoots found = blueprint.roots();
            WorkerRuntime worker =
                    WorkerRuntime.of(withoutRoots(blueprint), reader, WorkerMain.TRANSPORTS, List.of(new Module()));
            WorkerMain.endWith(guard, worker, reader);
            worker.start();
            ready.get(LIMIT_SECONDS, TimeUnit.SECONDS);
            new TrainingClasses(found.loader()).load(found.entries());
            callAndStop(server);
            return worker.ended().get(LIMIT_SECONDS, TimeUnit.SECONDS);
        }
    }

    private static PeerListener readyListener(CompletableFuture<Void> ready) {
        return new PeerListener() {
            @Override
            public void statusReported(PeerId peer, WorkerStatus status) {
                if (status.getPhase() == WorkerStatus.Phase.READY) {
                    ready.complete(null);
                }
            }
        };
    }

    /** The bundle, and behind it the lifeline to whoever started the training. */
    private static InputStream pipe(TransportServer server, List<String> roots) {
        try (IssuedCredential issued = (IssuedCredential) server.issue(new PeerSpec(WORKER, Set.of()));
                IssuedCredential full =
                        issued.withMetadata("training", roots, Map.of(), RuntimeProfile.DEFAULT.toJson())) {
            return new SequenceInputStream(new ByteArrayInputStream(BundleCodec.encode(full)), new StandardInput());
        }
    }

    private static WorkerBlueprint withoutRoots(WorkerBlueprint blueprint) {
        return new WorkerBlueprint(
                blueprint.credential(),
                blueprint.context(),
                new DiscoveryRoots(List.of(), blueprint.roots().loader()),
                blueprint.profile());
    }

    private static void callAndStop(TransportServer server)
            throws ExecutionException, InterruptedException, TimeoutException {
        server.connection(WORKER)
                .call(ECHO, new byte[1], Deadline.after(Duration.ofSeconds(LIMIT_SECONDS)))
                .get(LIMIT_SECONDS, TimeUnit.SECONDS);
        server.stop(
                WORKER,
                StopRequest.newBuilder()
                        .setStopId(ByteString.copyFrom(new byte[16]))
                        .setMode(StopRequest.Mode.DRAIN)
                        .setGracefulTimeoutMs((int) TimeUnit.SECONDS.toMillis(LIMIT_SECONDS))
                        .setDrainInflight(true)
                        .build());
    }

    /** The one worker of the training's container. */
    private static final class Module implements AvajeModule {

        @Override
        public Class<?>[] classes() {
            return new Class<?>[] {Worker.class};
        }

        @Override
        public String[] providesBeans() {
            return new String[] {Worker.class.getName()};
        }

        @Override
        public void build(Builder builder) {
            if (builder.isBeanAbsent(Worker.class)) {
                builder.register((Worker) () ->
                        Routes.builder().on(ECHO, (call, request) -> request).build());
            }
        }
    }
}
