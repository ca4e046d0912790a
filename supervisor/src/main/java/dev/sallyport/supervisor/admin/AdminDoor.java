package dev.sallyport.supervisor.admin;

import dev.sallyport.supervisor.RuntimeConfig;
import dev.sallyport.supervisor.lifecycle.Action;
import dev.sallyport.transport.Credential;
import dev.sallyport.transport.PeerId;
import dev.sallyport.transport.PeerSpec;
import dev.sallyport.transport.RejectedException;
import dev.sallyport.transport.Routes;
import dev.sallyport.transport.TransportServer;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The administrator's way into one supervisor: the routes, from before the server is bound; the credential file, from {@link #open}
 * to {@link #close}. A supervisor whose run directory cannot be used runs all the same, and says that it cannot be reached.
 */
public final class AdminDoor implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(AdminDoor.class);

    private final Administration administration;
    private final PostmortemFile postmortems;
    private final Ledger ledger;
    private final Routes routes;
    private @Nullable RunFile file;

    public AdminDoor(Administration administration, RuntimeConfig config, Supervised supervised) {
        this.administration = administration;
        RunFile planned = RunFile.of(administration.directory().folder(), administration.config(), pid());
        this.postmortems = new PostmortemFile(administration.directory(), planned);
        this.ledger = new Ledger(config.groups(), postmortems::add);
        AdminRoutes.Facts facts = new AdminRoutes.Facts(
                pid(),
                Objects.requireNonNullElse(AdminDoor.class.getPackage().getImplementationVersion(), "development"),
                administration.config().toAbsolutePath().normalize().toString(),
                config.mode().name().toLowerCase(Locale.ROOT),
                maxBodyBytes(config),
                config.groups().stream().anyMatch(group -> group.secret() != null));
        this.routes = new AdminRoutes(facts, ledger, supervised, AdminDoor::now).routes();
    }

    private static long pid() {
        return ProcessHandle.current().pid();
    }

    private static long now() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
    }

    private static int maxBodyBytes(RuntimeConfig config) {
        RuntimeConfig.ExecutionIpc ipc = config.ipc();
        return ipc == null ? 1 << 20 : ipc.maxPayloadBytes() - 1024;
    }

    /** What the administrator may call. */
    public Routes routes() {
        return routes;
    }

    /** Takes in what the supervisor's thread has decided; called on it. */
    public void on(Action action) {
        ledger.on(action, now(), System.currentTimeMillis());
    }

    /** All groups are to stop: from here on no group is drained or restarted. */
    public void stopOrdered() {
        ledger.stopOrdered();
    }

    /** Issues the administrator's key and writes it down, as soon as the server is bound. */
    public void open(TransportServer server) {
        RunFile planned = RunFile.of(administration.directory().folder(), administration.config(), pid());
        try {
            administration.directory().prepare();
            // those of the dead go, also one that had this process's number
            administration.directory().files();
            try (Credential credential = server.issue(new PeerSpec(PeerId.ADMIN, AdminMethods.names()))) {
                credential.saveTo(planned.path());
            }
            file = planned;
        } catch (AdminException | RejectedException e) {
            LOG.warn("no command can reach this supervisor: {}", e.getMessage());
        }
    }

    /** Removes the credential file. Idempotent. */
    @Override
    public void close() {
        RunFile written = file;
        if (written != null) {
            RunDirectory.remove(written.path());
            file = null;
        }
        postmortems.close();
    }
}
