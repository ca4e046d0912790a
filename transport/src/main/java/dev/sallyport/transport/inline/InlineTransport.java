package dev.sallyport.transport.inline;

import dev.sallyport.transport.Connection;
import dev.sallyport.transport.ControlLink;
import dev.sallyport.transport.ControlListener;
import dev.sallyport.transport.Credential;
import dev.sallyport.transport.PeerListener;
import dev.sallyport.transport.Routes;
import dev.sallyport.transport.Transport;
import dev.sallyport.transport.TransportConfig;
import dev.sallyport.transport.TransportServer;
import java.nio.file.Path;

/** The transport over in this process. */
public final class InlineTransport implements Transport {

    private InlineTransport() {}

    /** Starts the threads of a transport. */
    public static Transport create(TransportConfig config) {
        return new InlineTransport();
    }

    @Override
    public TransportServer bind(Routes routes, PeerListener listener) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Connection connect(Credential credential, Routes routes) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Connection connect(Path credentialFile, Routes routes) {
        throw new UnsupportedOperationException();
    }

    @Override
    public ControlLink attach(Credential credential, ControlListener listener) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {}
}
