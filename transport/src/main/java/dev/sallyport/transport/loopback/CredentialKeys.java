package dev.sallyport.transport.loopback;

import dev.sallyport.transport.PeerId;
import dev.sallyport.transport.RejectedException;
import dev.sallyport.transport.keys.IssuedCredential;
import dev.sallyport.transport.keys.KeySchedule;
import dev.sallyport.transport.keys.PeerKeys;
import dev.sallyport.transport.session.WorkerHandshake;
import java.net.InetSocketAddress;

/** The keys under a credential, derived once and again when the credential has changed. Safe for use by many threads. */
final class CredentialKeys implements AutoCloseable {

    /** What a connection attempt needs. */
    record Current(InetSocketAddress address, int connectDeadlineMillis, WorkerHandshake.Settings handshake) {}

    private final Assembly assembly;
    private final CredentialSource source;
    private PeerKeys keys;
    private volatile Current current;

    CredentialKeys(Assembly assembly, CredentialSource source) {
        this.assembly = assembly;
        this.source = source;
        IssuedCredential credential = source.read();
        this.keys = credential.newPeerKeys();
        this.current = derive(credential, keys);
        closeIfRead(credential);
    }

    private Current derive(IssuedCredential credential, PeerKeys derived) {
        InetSocketAddress address = credential.address();
        byte[] th0 = KeySchedule.th0(credential.bootId(), address.getAddress().getAddress(), address.getPort());
        return new Current(
                address,
                credential.connectDeadlineMillis(),
                new WorkerHandshake.Settings(
                        credential.peer(),
                        credential.keyId(),
                        derived,
                        th0,
                        credential.maxPayloadBytes(),
                        credential.ttlMillis(),
                        ProcessHandle.current().pid(),
                        assembly.random()::nextBytes,
                        assembly.macs()));
    }

    private void closeIfRead(IssuedCredential credential) {
        if (source.mayChange()) {
            credential.close();
        }
    }

    Current current() {
        return current;
    }

    PeerId peer() {
        return current.handshake().id();
    }

    boolean mayChange() {
        return source.mayChange();
    }

    /** Reads the credential again when it may have changed; keeps the old one when it cannot be read just now. */
    synchronized void refresh() {
        if (!source.mayChange()) {
            return;
        }
        try {
            IssuedCredential credential = source.read();
            PeerKeys fresh = credential.newPeerKeys();
            current = derive(credential, fresh);
            keys.close();
            keys = fresh;
            credential.close();
        } catch (RejectedException e) {
            // the server may be writing it at this moment: the next attempt reads again
        }
    }

    @Override
    public synchronized void close() {
        keys.close();
    }
}
