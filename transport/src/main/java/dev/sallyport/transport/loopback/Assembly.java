package dev.sallyport.transport.loopback;

import dev.sallyport.transport.Connection;
import dev.sallyport.transport.ControlLink;
import dev.sallyport.transport.Credential;
import dev.sallyport.transport.Lane;
import dev.sallyport.transport.PeerListener;
import dev.sallyport.transport.Routes;
import dev.sallyport.transport.Transport;
import dev.sallyport.transport.TransportConfig;
import dev.sallyport.transport.TransportServer;
import dev.sallyport.transport.auth.MacFactory;
import dev.sallyport.transport.dispatch.DispatchSettings;
import dev.sallyport.transport.keys.JdkHkdf;
import dev.sallyport.transport.keys.PeerKeys;
import dev.sallyport.transport.keys.Secret;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.EventExecutor;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** A transport over any {@link Medium}: the one place where its parts are put together. */
public final class Assembly implements Transport {

    private final TransportConfig config;
    private final Medium medium;
    private final MacFactory macs;
    private final Clocks clocks;
    private final SecureRandom random = new SecureRandom();
    private final ExecutorService handlers;
    private final ExecutorService cancelActions;
    private final ExecutorService callbackPool;
    private final Executor callbacks;
    private final PeerKeys unknownPeer;
    private final EventLoop controlLoop;
    private final Set<AutoCloseable> open = ConcurrentHashMap.newKeySet();

    /**
     * Puts a transport together.
     *
     * @param medium owned by the transport
     */
    public Assembly(TransportConfig config, Medium medium) {
        this(config, medium, MacFactory.HMAC_SHA256, Clocks.SYSTEM);
    }

    Assembly(TransportConfig config, Medium medium, MacFactory macs, Clocks clocks) {
        this.config = config;
        this.medium = medium;
        this.macs = macs;
        this.clocks = clocks;
        this.handlers = Pools.handlers();
        this.cancelActions = Pools.cancelActions();
        this.callbackPool = Pools.callbacks();
        this.callbacks = config.directCallbacks() ? Runnable::run : callbackPool;
        this.controlLoop = medium.control().next();
        try (Secret w2s = Secret.random(random, 32);
                Secret s2w = Secret.random(random, 32)) {
            this.unknownPeer = PeerKeys.derive(new JdkHkdf(), w2s, s2w);
        }
    }

    @Override
    public TransportServer bind(Routes routes, PeerListener listener) {
        Server server = new Server(this, routes, listener);
        open.add(server);
        return server;
    }

    @Override
    public Connection connect(Credential credential, Routes routes) {
        return connect(CredentialSource.of(credential), routes);
    }

    @Override
    public Connection connect(Path credentialFile, Routes routes) {
        return connect(new CredentialSource.File(credentialFile), routes);
    }

    private Connection connect(CredentialSource source, Routes routes) {
        WorkerLink link = link(source, ControlLink.Listener.NONE);
        return link.connect(routes);
    }

    @Override
    public ControlLink attach(Credential credential, ControlLink.Listener listener) {
        WorkerLink link = link(CredentialSource.of(credential), listener);
        link.attach();
        return link;
    }

    private WorkerLink link(CredentialSource source, ControlLink.Listener listener) {
        WorkerLink link = new WorkerLink(this, source, listener);
        open.add(link);
        return link;
    }

    @Override
    public void close() {
        RuntimeException failure = null;
        for (AutoCloseable resource : Set.copyOf(open)) {
            try {
                resource.close();
            } catch (Exception e) {
                // the threads and keys below must go whatever a part does
                failure = new IllegalStateException("a part of the transport could not be closed", e);
            }
        }
        medium.close();
        handlers.shutdownNow();
        cancelActions.shutdown();
        callbackPool.shutdown();
        unknownPeer.close();
        if (failure != null) {
            throw failure;
        }
    }

    // ---- for the parts ----

    TransportConfig config() {
        return config;
    }

    Medium medium() {
        return medium;
    }

    MacFactory macs() {
        return macs;
    }

    Clocks clocks() {
        return clocks;
    }

    /** What bounds the sessions of both sides. */
    SessionLimits sessionLimits() {
        return new SessionLimits(config.writeStallTimeout().toMillis(), clocks);
    }

    SecureRandom random() {
        return random;
    }

    /** Stands in for a peer that was not issued, so that an unknown key costs what a known one does. */
    PeerKeys unknownPeer() {
        return unknownPeer;
    }

    /** The event loop on which listeners are told, in order. */
    EventLoop controlLoop() {
        return controlLoop;
    }

    /** Whether the caller is a thread that must not wait for what happens on the event loops. */
    boolean inEventLoop() {
        return Stream.of(
                        medium.accepting(),
                        medium.control(),
                        medium.data(),
                        medium.client(Lane.CONTROL),
                        medium.client(Lane.DATA))
                .flatMap(group -> StreamSupport.stream(group.spliterator(), false))
                .anyMatch(EventExecutor::inEventLoop);
    }

    /** For one peer: its handlers are bounded over all its sessions. */
    DispatchSettings dispatch(Routes routes, Predicate<String> mayCall, BooleanSupplier takesRequests) {
        return new DispatchSettings(
                routes,
                mayCall,
                takesRequests,
                config.maxConcurrentCalls(),
                config.maxBodyBytes(),
                new PeerHandlers(handlers, config.handlerThreads()),
                cancelActions,
                callbacks,
                config.observer());
    }

    void forget(AutoCloseable resource) {
        open.remove(resource);
    }

    /** Waits until the sessions of a closed server are gone, at most 1 s. */
    void awaitNoSessions(AtomicInteger sessions) {
        long end = System.nanoTime() + 1_000_000_000L;
        while (sessions.get() > 0 && System.nanoTime() - end < 0) {
            LockSupport.parkNanos(1_000_000);
        }
    }
}
