package dev.sallyport.supervisor.issue;

import dev.sallyport.transport.PeerId;
import dev.sallyport.transport.RejectReason;
import dev.sallyport.transport.RejectedException;
import dev.sallyport.transport.keys.BundleCodec;
import dev.sallyport.transport.keys.IssuedCredential;

/**
 * The bundle of one incarnation: published once, consumed once, then of no more use; wiped when it is revoked (KEY-IPC-03).
 * It says nothing of itself. Safe for use by many threads.
 */
public final class IssuedBundle {

    /** How far it has come. */
    public enum State {
        ISSUED,
        /** It is in the child's pipe, or on its way there. */
        PUBLISHED,
        /** The child has proved that it holds the keys. */
        CONSUMED,
        /** The keys are wiped. */
        REVOKED
    }

    private final IssuedCredential credential;
    private State state = State.ISSUED;

    IssuedBundle(IssuedCredential credential) {
        this.credential = credential;
    }

    public PeerId worker() {
        return credential.peer();
    }

    /**
     * The bytes for the child's pipe, the caller's to wipe. The supervisor keeps no second copy of these keys than the transport's own.
     *
     * @throws RejectedException {@link RejectReason#E_BUNDLE_STATE} the second time, or after the revocation;
     *     {@link RejectReason#E_BUNDLE_LEN} when the metadata does not fit
     */
    public synchronized byte[] publish() {
        advance(State.ISSUED, State.PUBLISHED, "published");
        try {
            return BundleCodec.encode(credential);
        } finally {
            credential.close();
        }
    }

    /**
     * The child has proved that it holds the keys: its first FINISH verified.
     *
     * @throws RejectedException {@link RejectReason#E_BUNDLE_STATE} the second time, or when it was never published
     */
    public synchronized void consumed() {
        advance(State.PUBLISHED, State.CONSUMED, "consumed");
    }

    private void advance(State from, State to, String what) {
        if (state != from) {
            throw new RejectedException(
                    RejectReason.E_BUNDLE_STATE,
                    "the bundle of " + worker() + " cannot be " + what + ": it is " + state
                            + ", and each happens once");
        }
        state = to;
    }

    /** Wipes the keys. Idempotent. */
    public synchronized void revoke() {
        state = State.REVOKED;
        credential.close();
    }

    public synchronized State state() {
        return state;
    }

    /** Constant in what it says of the keys. */
    @Override
    public String toString() {
        return "IssuedBundle[" + worker() + "]";
    }
}
