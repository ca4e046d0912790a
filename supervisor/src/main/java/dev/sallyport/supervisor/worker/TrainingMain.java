package dev.sallyport.supervisor.worker;

import dev.sallyport.supervisor.Worker;
import dev.sallyport.supervisor.WorkerExit;
import dev.sallyport.supervisor.bootstrap.BundleReader;
import dev.sallyport.supervisor.bootstrap.ClassPath;
import dev.sallyport.supervisor.bootstrap.DiscoveryRoots;
import dev.sallyport.supervisor.bootstrap.StandardInput;
import dev.sallyport.supervisor.bootstrap.WorkerBlueprint;
import dev.sallyport.transport.MethodDescriptor;
import dev.sallyport.transport.RejectedException;
import dev.sallyport.transport.Routes;
import io.avaje.inject.spi.AvajeModule;
import io.avaje.inject.spi.Builder;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;

/**
 * The main class of a training run (docs/adr/0042-class-archives.md): a worker that goes through bundle, handshake, container,
 * ready, a call and stop, led by the supervisor that wants the archive. The classes of its discovery roots, and those they need, are
 * loaded, and none of their code is run: its effects are for real workers. It takes no arguments. How long it may take is that
 * supervisor's to say, and it ends with that supervisor, as a worker does.
 */
public final class TrainingMain {

    /** What the supervisor calls once; answered when the classes are loaded. */
    private static final MethodDescriptor<byte[], byte[]> ECHO = MethodDescriptor.ofBytes("training/echo");

    private TrainingMain() {}

    /** Never returns: the process ends with 0, or with another code of {@link WorkerExit} and a reason on standard error. */
    public static void main(String[] args) {
        BundleReader reader = WorkerMain.begin(new StandardInput());
        OrphanGuard guard = WorkerMain.prepare();
        try {
            System.exit(train(guard, reader).code());
        } catch (RejectedException | ExecutionException | IOException | InterruptedException e) {
            WorkerLog.line("training failed: " + e, null);
            System.exit(WorkerExit.INTERNAL.code());
        }
    }

    /** Goes where {@link WorkerMain} goes, so that what its code makes at run time is there for the archive too. */
    private static WorkerExit train(OrphanGuard guard, BundleReader reader)
            throws ExecutionException, IOException, InterruptedException {
        WorkerMain.watch(guard, reader);
        WorkerBlueprint blueprint = WorkerBlueprint.read(reader, ClassPath.ofThisProcess());
        DiscoveryRoots roots = blueprint.roots();
        Module module = new Module();
        WorkerRuntime worker =
                WorkerRuntime.of(withoutRoots(blueprint), reader, WorkerMain.TRANSPORTS, List.of(module));
        WorkerMain.endWith(guard, worker, reader);
        worker.start();
        new TrainingClasses(roots.loader()).load(roots.entries());
        module.loaded.countDown();
        return worker.ended().get();
    }

    private static WorkerBlueprint withoutRoots(WorkerBlueprint blueprint) {
        return new WorkerBlueprint(
                blueprint.credential(),
                blueprint.context(),
                new DiscoveryRoots(List.of(), blueprint.roots().loader()),
                blueprint.profile());
    }

    /** The one worker of the training's container. */
    private static final class Module implements AvajeModule {

        private final CountDownLatch loaded = new CountDownLatch(1);

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
                builder.register((Worker) () -> Routes.builder()
                        .on(ECHO, (call, request) -> {
                            loaded.await();
                            return request;
                        })
                        .build());
            }
        }
    }
}
