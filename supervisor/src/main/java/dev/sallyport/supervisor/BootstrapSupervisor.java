package dev.sallyport.supervisor;

import java.time.Duration;
import java.util.List;

/**
 * Starts groups of workers, waits until they are ready, gives calls to them, and stops them. A run is
 * {@code startGroups -> waitReady -> calls -> stopGroups} (BOOT-API-01). Safe for use by many threads.
 */
public interface BootstrapSupervisor extends AutoCloseable {

    /** Starts all configured groups. See {@link #startGroups(List)}. */
    void startGroups();

    /**
     * Starts these groups and those they depend on, in configured and {@code depends_on} order. A transaction: any failure,
     * here or in {@link #waitReady}, stops what had started, in reverse, and is one {@link SupervisorException} that lists all causes.
     * Returns when every worker was spawned; those that nobody depends on may not be ready yet.
     *
     * @throws SupervisorException the same as {@link #waitReady}, when the start fails before it returns
     * @throws IllegalArgumentException for a name that is not configured
     * @throws IllegalStateException after a stop
     */
    void startGroups(List<String> names);

    /**
     * Waits until every worker of every started group has said over its control lane that it is ready.
     *
     * @param timeout from now; zero or less is over at once
     * @throws SupervisorException {@code BOOTSTRAP} when a worker could not be started or ended before it was ready,
     *     {@code CHILD_BOOTSTRAP} when it refused its bundle or failed to build its container, {@code READY_TIMEOUT} when it took too long
     *     or the calling thread was interrupted; everything started is torn down by then
     * @throws IllegalStateException when no group was started
     */
    void waitReady(Duration timeout);

    /**
     * A started group.
     *
     * @throws IllegalArgumentException when no group of this name was started
     */
    WorkerGroup group(String name);

    /**
     * Stops every group in reverse order, all workers of a group at once (protocol.md, section 8). Returns when every process is
     * reaped or reported as unkillable; at the latest {@code graceful_timeout + 9 s} later for each level of dependency. Idempotent: a second call
     * returns the same report.
     *
     * @throws SupervisorException {@code STOP_TIMEOUT} when force is disabled and a worker did not stop; {@code STOP_FAILED} when force failed
     */
    StopReport stopGroups(StopPolicy policy);

    /**
     * Waits until the class archives that this supervisor makes in the background are made or given up. They speed up the next
     * starts (docs/adr/0042-class-archives.md); nothing depends on them. {@link #close} gives up what is not made by then.
     *
     * @param timeout from now, at least 1 ms
     * @return whether none is being made any more
     * @throws InterruptedException when the calling thread was; the making goes on
     */
    default boolean awaitClassArchives(Duration timeout) throws InterruptedException {
        return true;
    }

    /** Stops with the configured policy what still runs, and frees ports, threads and keys. Takes as long as that stop may; idempotent. */
    @Override
    void close();
}
