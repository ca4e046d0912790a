package dev.sallyport.supervisor.cli;

import dev.sallyport.supervisor.BootstrapSupervisor;
import dev.sallyport.supervisor.RuntimeConfig;
import dev.sallyport.supervisor.SupervisorListener;
import dev.sallyport.supervisor.admin.Administration;

/** How a run gets its supervisor. */
@FunctionalInterface
interface SupervisorFactory {

    /** A supervisor that has started nothing; the caller's to close. */
    BootstrapSupervisor create(RuntimeConfig config, SupervisorListener listener, Administration administration);
}
