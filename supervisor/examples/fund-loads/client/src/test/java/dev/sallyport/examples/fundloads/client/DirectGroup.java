package dev.sallyport.examples.fundloads.client;

import dev.sallyport.supervisor.Worker;
import dev.sallyport.supervisor.WorkerContext;
import dev.sallyport.supervisor.WorkerGroup;
import dev.sallyport.transport.CallContext;
import dev.sallyport.transport.CallException;
import dev.sallyport.transport.Codec;
import dev.sallyport.transport.Deadline;
import dev.sallyport.transport.HandlerException;
import dev.sallyport.transport.MethodDescriptor;
import dev.sallyport.transport.Outcome;
import dev.sallyport.transport.PeerId;
import dev.sallyport.transport.Routes;
import io.avaje.inject.BeanScope;
import io.avaje.inject.spi.AvajeModule;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/**
 * A fake group: each worker is a container of its own in this process, and a call is its handler run on an executor, with
 * requests and replies copied through their bytes. No transport, no supervisor.
 */
final class DirectGroup implements WorkerGroup, AutoCloseable {

    private final String name;
    private final Executor executor;
    private final List<BeanScope> containers = new ArrayList<>();
    private final List<Routes> workers = new ArrayList<>();
    private int next;

    DirectGroup(String name, int size, Supplier<AvajeModule> root, Map<String, String> selectors, Executor executor) {
        this.name = name;
        this.executor = executor;
        for (int i = 0; i < size; i++) {
            WorkerContext context =
                    new WorkerContext(new PeerId(name, name + "-" + i, 1), "fund-loads", selectors, "{}");
            BeanScope container = BeanScope.builder()
                    .modules(root.get())
                    .bean(WorkerContext.class, context)
                    .build();
            containers.add(container);
            workers.add(container.get(Worker.class).routes());
        }
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public int size() {
        return workers.size();
    }

    @Override
    public <Q, R> CompletableFuture<R> call(MethodDescriptor<Q, R> method, Q request, Deadline deadline) {
        next = (next + 1) % workers.size();
        return call(workers.get(next), method, request);
    }

    @Override
    public <Q, R> CompletableFuture<R> call(
            MethodDescriptor<Q, R> method, Q request, Deadline deadline, String affinityKey) {
        return call(workers.get(Math.floorMod(affinityKey.hashCode(), workers.size())), method, request);
    }

    @SuppressWarnings("unchecked") // a route has the types of the method that it is found by
    private <Q, R> CompletableFuture<R> call(Routes worker, MethodDescriptor<Q, R> method, Q request) {
        Routes.Route.Unary<Q, R> route = (Routes.Route.Unary<Q, R>) Objects.requireNonNull(worker.find(method.name()));
        return CompletableFuture.supplyAsync(
                () -> copy(method.reply(), answer(route.handler(), copy(method.request(), request))), executor);
    }

    private static <Q, R> R answer(Routes.Handler<Q, R> handler, Q request) {
        try {
            return handler.handle(NoCaller.INSTANCE, request);
        } catch (HandlerException e) {
            throw new CallException(Outcome.APPLICATION_ERROR, true, String.valueOf(e.getMessage()));
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** The context of a call that nobody can cancel. */
    private enum NoCaller implements CallContext {
        INSTANCE;

        @Override
        public PeerId peer() {
            return new PeerId("supervisor", "supervisor", 1);
        }

        @Override
        public String method() {
            return "";
        }

        @Override
        public Deadline deadline() {
            return Deadline.afterMillis(60_000);
        }

        @Override
        public Map<String, String> metadata() {
            return Map.of();
        }

        @Override
        public boolean isCancelled() {
            return false;
        }

        @Override
        public void onCancel(Runnable action) {}
    }

    private static <T> T copy(Codec<T> codec, T value) {
        ByteBuffer bytes = ByteBuffer.allocate(codec.size(value));
        codec.write(value, bytes);
        try {
            return codec.read(bytes.flip());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        containers.forEach(BeanScope::close);
    }
}
