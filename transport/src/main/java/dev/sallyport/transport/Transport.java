package dev.sallyport.transport;

import java.nio.file.Path;

/**
 * A medium over which peers are served and reached. It owns its threads; closing it closes all that it opened. The
 * implementations are {@code LoopbackTransport} and {@code InlineTransport}. Safe for use by many threads.
 */
public interface Transport extends AutoCloseable {

    /**
     * Listens on the configured loopback address.
     *
     * @param routes what peers may call here, each as far as its {@link PeerSpec} allows
     * @throws RejectedException {@link RejectReason#E_CONNECT} when the address cannot be bound
     */
    TransportServer bind(Routes routes, PeerListener listener);

    /** {@link #bind(Routes, PeerListener)} without a listener. */
    default TransportServer bind(Routes routes) {
        return bind(routes, PeerListener.NONE);
    }

    /**
     * Connects both lanes and reports ready. Blocks up to the credential's connect deadline. A lane that is lost later is
     * connected again with backoff.
     *
     * @param routes what the server may call here
     * @throws RejectedException when the server does not prove itself or cannot be reached, or the calling thread is interrupted
     * @throws IllegalStateException on an event loop of this transport, which would wait for itself
     */
    Connection connect(Credential credential, Routes routes);

    /** The same from a credential file, which is read again when connecting fails, so that it survives a restart of the server. */
    Connection connect(Path credentialFile, Routes routes);

    /**
     * Connects the control lane only, for a worker that reports its own phases.
     *
     * @throws RejectedException when the server does not prove itself or cannot be reached, or the calling thread is interrupted
     * @throws IllegalStateException on an event loop of this transport, which would wait for itself
     */
    ControlLink attach(Credential credential, ControlLink.Listener listener);

    /** Closes every server and connection, ends its threads. Waits at most 3 s. */
    @Override
    void close();
}
