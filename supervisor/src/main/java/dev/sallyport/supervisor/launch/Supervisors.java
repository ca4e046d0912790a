package dev.sallyport.supervisor.launch;

import dev.sallyport.supervisor.BootstrapSupervisor;
import dev.sallyport.supervisor.RuntimeConfig;
import dev.sallyport.supervisor.RuntimeConfig.ClassArchive;
import dev.sallyport.supervisor.SupervisorException;
import dev.sallyport.supervisor.SupervisorException.Category;
import dev.sallyport.supervisor.SupervisorListener;
import dev.sallyport.supervisor.admin.Administration;
import dev.sallyport.supervisor.archive.ClassArchives;
import dev.sallyport.supervisor.inline.InlineLauncher;
import dev.sallyport.supervisor.local.ProcessSupervisor;
import dev.sallyport.supervisor.process.LocalLauncher;
import dev.sallyport.supervisor.process.ProcessLauncher;
import dev.sallyport.transport.RejectedException;
import dev.sallyport.transport.Routes;
import dev.sallyport.transport.Transport;
import dev.sallyport.transport.TransportObserver;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Makes the supervisor that a configuration asks for. */
public final class Supervisors {

    private Supervisors() {}

    /** A supervisor that serves no calls of its workers. See {@link #create(RuntimeConfig, Routes, SupervisorListener)}. */
    public static BootstrapSupervisor create(RuntimeConfig config, SupervisorListener listener) {
        return create(config, Routes.none(), listener);
    }

    /**
     * A supervisor that has bound its transport and started nothing.
     *
     * @param routes what workers may call here, each as far as its group's {@code calls} allow
     * @throws SupervisorException {@link Category#CONFIGURATION} when a secret or a setting is refused, {@link Category#BOOTSTRAP} when
     *     the address cannot be bound
     */
    public static BootstrapSupervisor create(RuntimeConfig config, Routes routes, SupervisorListener listener) {
        return create(config, routes, listener, TransportObserver.NONE, null);
    }

    /**
     * The same, observed, and reached by commands of this user while it runs. In-memory profiles have no server that could be reached.
     *
     * @param observer hears of the sessions and calls of this side, {@link TransportObserver#NONE} for nobody; those of a worker are its own
     * @param administration null for no commands
     */
    public static BootstrapSupervisor create(
            RuntimeConfig config,
            Routes routes,
            SupervisorListener listener,
            TransportObserver observer,
            @Nullable Administration administration) {
        Objects.requireNonNull(routes, "routes: Routes.none() for none");
        Objects.requireNonNull(listener, "listener: SupervisorListener.NONE for none");
        Objects.requireNonNull(observer, "observer: TransportObserver.NONE for none");
        Transport transport = transport(config, observer);
        ProcessLauncher launcher = launcher(config);
        ClassArchives archives = ClassArchives.of(archiveSettings(config), launcher, System.getenv());
        try {
            return new ProcessSupervisor(
                    config,
                    routes,
                    transport,
                    launcher,
                    archives,
                    listener,
                    config.ipc() == null ? null : administration);
        } catch (RejectedException e) {
            launcher.close();
            transport.close();
            throw new SupervisorException(category(e), String.valueOf(e.getMessage()), List.of(), e);
        } catch (RuntimeException | Error e) {
            launcher.close();
            transport.close();
            throw e;
        }
    }

    private static ProcessLauncher launcher(RuntimeConfig config) {
        return switch (config.mode()) {
            case PROCESS_SUPERVISOR -> new LocalLauncher();
            case INLINE -> new InlineLauncher(config.groups(), Transports.ofWorkers(config));
        };
    }

    /** Threads need no archive. */
    private static ClassArchive archiveSettings(RuntimeConfig config) {
        return config.mode() == RuntimeConfig.Mode.INLINE ? new ClassArchive(false, null) : config.classArchive();
    }

    private static Transport transport(RuntimeConfig config, TransportObserver observer) {
        try {
            return Transports.of(config, observer);
        } catch (RejectedException e) {
            throw new SupervisorException(Category.CONFIGURATION, String.valueOf(e.getMessage()), List.of(), e);
        }
    }

    /** A static secret is read when the transport binds. */
    private static Category category(RejectedException refused) {
        return refused.reason().name().startsWith("E_CONFIG_") ? Category.CONFIGURATION : Category.BOOTSTRAP;
    }
}
