package dev.sallyport.transport.loopback;

import dev.sallyport.transport.PeerId;
import dev.sallyport.transport.RejectedException;
import dev.sallyport.transport.keys.IssuedCredential;
import dev.sallyport.transport.keys.KeySchedule;
import dev.sallyport.transport.keys.PeerKeys;
import dev.sallyport.transport.session.WorkerHandshake;
import java.net.InetSocketAddress;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The keys under a credential, derived once and again when the credential has changed. They are wiped when they are out of date or not
 * needed any more, and no handshake uses them. Safe for use by many threads.
 */
final class CredentialKeys implements AutoCloseable {

    private final Assembly assembly;
    private final CredentialSource source;
    private Reading current;
    private boolean closed;

    /** What one reading of the credential gave. Guarded by the outer object. */
    private static final class Reading {
        private final InetSocketAddress address;
        private final int connectDeadlineMillis;
        private final PeerKeys keys;
        private final WorkerHandshake.Settings handshake;
        private int users;
        private boolean retired;

        Reading(IssuedCredential credential, Assembly assembly) {
            this.address = credential.address();
            this.connectDeadlineMillis = credential.connectDeadlineMillis();
            this.keys = credential.newPeerKeys();
            this.handshake = new WorkerHandshake.Settings(
                    credential.peer(),
                    credential.keyId(),
                    keys,
                    KeySchedule.th0(credential.bootId(), address.getAddress().getAddress(), address.getPort()),
                    credential.maxPayloadBytes(),
                    credential.ttlMillis(),
                    ProcessHandle.current().pid(),
                    assembly.random()::nextBytes,
                    assembly.macs());
        }

        /** Whether the same server issued both for the same incarnation: TH0 has its boot and its address in it. */
        boolean isSameAs(Reading other) {
            return Arrays.equals(handshake.keyId(), other.handshake.keyId())
                    && Arrays.equals(handshake.th0(), other.handshake.th0());
        }

        void retire() {
            retired = true;
            wipeUnlessUsed();
        }

        void wipeUnlessUsed() {
            if (retired && users == 0) {
                keys.close();
            }
        }
    }

    /** What one connection attempt needs; its keys are there until it is closed. */
    final class Lease implements AutoCloseable {
        private final Reading reading;
        private boolean returned;

        private Lease(Reading reading) {
            this.reading = reading;
            reading.users++;
        }

        InetSocketAddress address() {
            return reading.address;
        }

        WorkerHandshake.Settings handshake() {
            return reading.handshake;
        }

        /** Idempotent. */
        @Override
        public void close() {
            synchronized (CredentialKeys.this) {
                if (!returned) {
                    returned = true;
                    reading.users--;
                    reading.wipeUnlessUsed();
                }
            }
        }
    }

    CredentialKeys(Assembly assembly, CredentialSource source) {
        this.assembly = assembly;
        this.source = source;
        this.current = read();
    }

    private Reading read() {
        IssuedCredential credential = source.read();
        try {
            return new Reading(credential, assembly);
        } finally {
            if (source.mayChange()) {
                credential.close();
            }
        }
    }

    /** For one connection attempt, which closes it; null when no attempt is to be made any more. */
    synchronized @Nullable Lease lease() {
        return closed ? null : new Lease(current);
    }

    synchronized int connectDeadlineMillis() {
        return current.connectDeadlineMillis;
    }

    synchronized PeerId peer() {
        return current.handshake.id();
    }

    boolean mayChange() {
        return source.mayChange();
    }

    /** Reads the credential again when it may have changed; keeps the old one when it has not, or cannot be read just now. */
    synchronized void refresh() {
        if (closed || !source.mayChange()) {
            return;
        }
        try {
            Reading fresh = read();
            if (fresh.isSameAs(current)) {
                fresh.retire();
            } else {
                current.retire();
                current = fresh;
            }
        } catch (RejectedException e) {
            // the server may be writing it at this moment: the next attempt reads again
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        current.retire();
    }
}
