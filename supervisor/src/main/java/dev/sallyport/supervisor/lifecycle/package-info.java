/**
 * What a supervisor decides, and when: pure state machines. Each takes an event and the time, and returns actions. No clock,
 * no thread and no I/O in here; times are milliseconds of one monotonic clock, from any origin at or above 0.
 *
 * <p>{@code WorkerLifecycle} is one incarnation of a worker, {@code StopLadder} the way it is stopped, {@code GroupLifecycle} the
 * group's workers and their restarts, {@code SupervisorLifecycle} the order of all groups.
 */
@NullMarked
package dev.sallyport.supervisor.lifecycle;

import org.jspecify.annotations.NullMarked;
