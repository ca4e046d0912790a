package dev.sallyport.transport;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The methods that one side serves. Immutable. */
public final class Routes {

    private static final Routes NONE = new Routes(Map.of());

    private final Map<String, Route<?, ?>> byName;

    private Routes(Map<String, Route<?, ?>> byName) {
        this.byName = byName;
    }

    /** A side that only calls. */
    public static Routes none() {
        return NONE;
    }

    /** Starts without any method; not for use by several threads at once. */
    public static Builder builder() {
        return new Builder();
    }

    /** The names of the methods served. */
    public Set<String> methods() {
        return byName.keySet();
    }

    /** The route of a method, or null. */
    public @Nullable Route<?, ?> find(String method) {
        return byName.get(method);
    }

    /** One method and its handler. */
    public sealed interface Route<Q, R> {

        MethodDescriptor<Q, R> method();

        /** One request, one reply. */
        record Unary<Q, R>(MethodDescriptor<Q, R> method, Handler<Q, R> handler, boolean onEventLoop)
                implements Route<Q, R> {}

        /** Streams in one direction or both. */
        record Streaming<Q, R>(MethodDescriptor<Q, R> method, StreamHandler<Q, R> handler) implements Route<Q, R> {}
    }

    /** Serves one unary method. Called by many threads at once. */
    @FunctionalInterface
    public interface Handler<Q, R> {

        /**
         * Answers one request.
         *
         * @return the reply; null is an {@link Outcome#APPLICATION_ERROR}
         * @throws HandlerException a failure whose text and details the caller may see
         * @throws Exception any other failure: the caller learns that the call failed, and no more
         */
        R handle(CallContext call, Q request) throws Exception;
    }

    /** Serves one streaming method. Called by many threads at once, one for each call. */
    @FunctionalInterface
    public interface StreamHandler<Q, R> {

        /**
         * Serves one call: takes requests and sends replies until it returns. Returning ends the call with {@link Outcome#OK}; a method
         * with one reply must have sent it by then.
         *
         * @param stream this side's end; ended when the handler returns
         * @throws HandlerException a failure whose text and details the caller may see
         * @throws Exception any other failure: the caller learns that the call failed, and no more
         */
        void handle(CallContext call, CallStream<R, Q> stream) throws Exception;
    }

    /** Collects routes. Not safe for use by several threads. */
    public static final class Builder {

        private final Map<String, Route<?, ?>> routes = new LinkedHashMap<>();

        private Builder() {}

        /**
         * Serves a unary {@code method} on the handler pool, where a handler may block.
         *
         * @throws IllegalArgumentException when the method already has a route, or is not unary
         */
        public <Q, R> Builder on(MethodDescriptor<Q, R> method, Handler<Q, R> handler) {
            return add(unary(method, handler, false));
        }

        /**
         * Serves {@code method} on the event loop itself, without a change of thread. The handler must never block or
         * compute for long: while it runs, no other call of any connection of that event loop moves.
         *
         * @throws IllegalArgumentException when the method already has a route
         */
        public <Q, R> Builder onEventLoop(MethodDescriptor<Q, R> method, Handler<Q, R> handler) {
            return add(unary(method, handler, true));
        }

        /**
         * Serves all that {@code others} serves.
         *
         * @throws IllegalArgumentException when a method already has a route
         */
        public Builder addAll(Routes others) {
            others.byName.values().forEach(this::add);
            return this;
        }

        /**
         * Serves a streaming {@code method} on the handler pool. The handler holds its thread for as long as the call lasts.
         *
         * @throws IllegalArgumentException when the method already has a route, or is unary
         */
        public <Q, R> Builder onStream(MethodDescriptor<Q, R> method, StreamHandler<Q, R> handler) {
            if (method.shape() == MethodDescriptor.Shape.UNARY) {
                throw new IllegalArgumentException(method.name() + " is unary");
            }
            return add(new Route.Streaming<>(method, handler));
        }

        private static <Q, R> Route<Q, R> unary(
                MethodDescriptor<Q, R> method, Handler<Q, R> handler, boolean onEventLoop) {
            if (method.shape() != MethodDescriptor.Shape.UNARY) {
                throw new IllegalArgumentException(method.name() + " is not unary");
            }
            return new Route.Unary<>(method, handler, onEventLoop);
        }

        private Builder add(Route<?, ?> route) {
            if (routes.putIfAbsent(route.method().name(), route) != null) {
                throw new IllegalArgumentException(
                        "two routes for method " + route.method().name());
            }
            return this;
        }

        /** The routes so far; the builder may go on. */
        public Routes build() {
            return new Routes(Map.copyOf(routes));
        }
    }
}
