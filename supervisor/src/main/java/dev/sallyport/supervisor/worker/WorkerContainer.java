package dev.sallyport.supervisor.worker;

import dev.sallyport.supervisor.RuntimeLifecycleManager;
import dev.sallyport.supervisor.RuntimeTransportService;
import dev.sallyport.supervisor.Worker;
import dev.sallyport.supervisor.bootstrap.WorkerBlueprint;
import dev.sallyport.transport.Deadline;
import dev.sallyport.transport.Routes;
import io.avaje.inject.BeanScope;
import io.avaje.inject.spi.AvajeModule;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/** The injected objects of one worker: the platform's module and those of its discovery roots (CHILD-BOOT-01). */
final class WorkerContainer implements AutoCloseable {

    private final BeanScope scope;
    private final List<Worker> workers;
    private final Routes routes;

    private WorkerContainer(BeanScope scope, List<Worker> workers, Routes routes) {
        this.scope = scope;
        this.workers = workers;
        this.routes = routes;
    }

    /** @throws ContainerException when a module is missing, a constructor fails, or the workers' routes do not fit together */
    static WorkerContainer build(
            WorkerBlueprint blueprint, RuntimeTransportService transport, RuntimeLifecycleManager lifecycle) {
        return build(blueprint, List.of(), transport, lifecycle);
    }

    /** The same with further modules that come from no discovery root. */
    static WorkerContainer build(
            WorkerBlueprint blueprint,
            List<AvajeModule> further,
            RuntimeTransportService transport,
            RuntimeLifecycleManager lifecycle) {
        List<AvajeModule> modules = new ArrayList<>(further);
        modules.add(new PlatformModule(blueprint.context(), transport, lifecycle));
        modules.addAll(RootModules.load(blueprint.roots()));
        BeanScope scope = scope(modules, blueprint.roots().loader());
        try {
            List<Worker> workers = scope.list(Worker.class);
            return new WorkerContainer(scope, workers, routes(workers));
        } catch (RuntimeException | Error e) {
            scope.close();
            throw e;
        }
    }

    /** The routes of all workers together. */
    Routes routes() {
        return routes;
    }

    /** Flushes each worker on a thread of its own, so that one that hangs costs the others nothing. */
    CompletableFuture<Void> flush(Deadline deadline, Executor threads) {
        return CompletableFuture.allOf(workers.stream()
                .map(worker -> CompletableFuture.runAsync(() -> flush(worker, deadline), threads))
                .toArray(CompletableFuture<?>[]::new));
    }

    private static void flush(Worker worker, Deadline deadline) {
        try {
            worker.flush(deadline);
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(worker.getClass().getName() + " did not flush", e);
        }
    }

    BeanScope scope() {
        return scope;
    }

    /** Runs the pre-destroy methods of the beans, which is user code and may take its time. */
    @Override
    public void close() {
        scope.close();
    }

    private static BeanScope scope(List<AvajeModule> modules, ClassLoader classes) {
        try {
            return BeanScope.builder()
                    .classLoader(RootModules.undiscoverable(classes))
                    .modules(modules.toArray(AvajeModule[]::new))
                    .build();
        } catch (VirtualMachineError e) {
            throw e;
        } catch (RuntimeException | Error e) {
            throw new ContainerException("the container could not be built: " + rootOf(e), e);
        }
    }

    private static Routes routes(List<Worker> workers) {
        if (workers.isEmpty()) {
            throw new ContainerException("no discovery root has a bean that implements Worker", null);
        }
        Routes.Builder all = Routes.builder();
        for (Worker worker : workers) {
            try {
                all.addAll(worker.routes());
            } catch (VirtualMachineError e) {
                throw e;
            } catch (RuntimeException | Error e) {
                throw new ContainerException(worker.getClass().getName() + " has no good routes: " + rootOf(e), e);
            }
        }
        return all.build();
    }

    private static Throwable rootOf(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root;
    }
}
