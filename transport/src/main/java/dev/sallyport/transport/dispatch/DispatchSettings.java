package dev.sallyport.transport.dispatch;

import dev.sallyport.transport.Routes;
import dev.sallyport.transport.TransportObserver;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;

/**
 * What the dispatchers of one peer's sessions share.
 *
 * @param mayCall whether the peer may call a method here
 * @param takesRequests whether the peer may send requests yet
 * @param maxConcurrentCalls in each direction
 * @param maxBodyBytes the largest unary body
 * @param handlers runs handlers that may block; so many at once as the peer may hold
 * @param cancelActions runs what handlers registered for cancellation; never the threads that handlers wait on (docs/adr/0072)
 * @param callbacks runs what depends on the futures of calls
 */
public record DispatchSettings(
        Routes routes,
        Predicate<String> mayCall,
        BooleanSupplier takesRequests,
        int maxConcurrentCalls,
        int maxBodyBytes,
        Executor handlers,
        Executor cancelActions,
        Executor callbacks,
        TransportObserver observer) {}
