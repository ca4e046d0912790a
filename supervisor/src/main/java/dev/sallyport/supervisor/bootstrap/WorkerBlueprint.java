package dev.sallyport.supervisor.bootstrap;

import dev.sallyport.proto.WireSpec;
import dev.sallyport.supervisor.RuntimeProfile;
import dev.sallyport.supervisor.WorkerContext;
import dev.sallyport.transport.RejectReason;
import dev.sallyport.transport.RejectedException;
import dev.sallyport.transport.keys.IssuedCredential;
import java.time.Duration;

/**
 * A bundle whose metadata holds: all that a worker is built from.
 *
 * @param credential the caller's to close
 */
public record WorkerBlueprint(
        IssuedCredential credential, WorkerContext context, DiscoveryRoots roots, RuntimeProfile profile) {

    /**
     * Checks the metadata of a bundle against this class path, before anything connects (CHILD-BOOT-03).
     *
     * @throws RejectedException {@link RejectReason#E_BUNDLE_FIELD}; the credential is still the caller's to close
     */
    public static WorkerBlueprint of(IssuedCredential credential, ClassPath classPath) {
        return new WorkerBlueprint(
                credential,
                new WorkerContext(
                        credential.peer(), credential.scenarioId(), credential.selectors(), credential.runtimeJson()),
                DiscoveryRoots.resolve(credential.discoveryRoots(), classPath),
                profile(credential));
    }

    /**
     * Waits for the bundle and checks its metadata, as {@link #of}.
     *
     * @throws RejectedException also as {@link BundleReader#await}; nothing is left to close
     */
    public static WorkerBlueprint read(BundleReader reader, ClassPath classPath) throws InterruptedException {
        IssuedCredential credential = reader.await(Duration.ofMillis(WireSpec.BUNDLE_READ_TIMEOUT_MILLIS));
        try {
            return of(credential, classPath);
        } catch (RejectedException e) {
            credential.close();
            throw e;
        }
    }

    private static RuntimeProfile profile(IssuedCredential credential) {
        try {
            return RuntimeProfile.parse(credential.runtimeJson());
        } catch (IllegalArgumentException e) {
            throw new RejectedException(RejectReason.E_BUNDLE_FIELD, String.valueOf(e.getMessage()), e);
        }
    }

    /** Constant in what it says of the credential. */
    @Override
    public String toString() {
        return "WorkerBlueprint[" + context.id() + "]";
    }
}
