package dev.sallyport.transport.loopback;

import dev.sallyport.transport.Credential;
import dev.sallyport.transport.RejectReason;
import dev.sallyport.transport.RejectedException;
import dev.sallyport.transport.keys.BundleCodec;
import dev.sallyport.transport.keys.IssuedCredential;
import java.nio.file.Path;

/** Where a credential comes from, each time that one is needed. */
interface CredentialSource {

    /** The credential as it is at this moment; the caller does not close it. */
    IssuedCredential read();

    /** Whether reading again may give another one: a file that a restarted server has written anew. */
    boolean mayChange();

    static CredentialSource of(Credential credential) {
        if (credential instanceof IssuedCredential issued) {
            return new Fixed(issued);
        }
        throw new RejectedException(RejectReason.E_BUNDLE_FIELD, "not a credential that this library issued or read");
    }

    /** One credential for good. */
    record Fixed(IssuedCredential credential) implements CredentialSource {
        @Override
        public IssuedCredential read() {
            return credential;
        }

        @Override
        public boolean mayChange() {
            return false;
        }
    }

    /** A credential file. */
    record File(Path path) implements CredentialSource {
        @Override
        public IssuedCredential read() {
            return BundleCodec.readFile(path);
        }

        @Override
        public boolean mayChange() {
            return true;
        }
    }
}
