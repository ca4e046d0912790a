package dev.sallyport.supervisor.lifecycle;

import dev.sallyport.supervisor.StopPolicy;
import dev.sallyport.transport.PeerId;
import java.util.List;

/** What a supervisor is told. */
public sealed interface SupervisorEvent {

    /** Start these groups and those they depend on. */
    record StartGroups(List<String> names) implements SupervisorEvent {
        public StartGroups {
            names = List.copyOf(names);
        }
    }

    /** Whoever waits for the start waits no longer. */
    record ReadyTimedOut() implements SupervisorEvent {}

    /** Stop every group. */
    record StopGroups(StopPolicy policy) implements SupervisorEvent {}

    /** Stop one group that runs, without loss; the others run on. */
    record StopGroup(String name) implements SupervisorEvent {}

    /** Replace the workers of one group that runs, one after the other. */
    record RestartGroup(String name) implements SupervisorEvent {}

    /** Something happened to a worker. */
    record OfWorker(PeerId worker, WorkerEvent event) implements SupervisorEvent {}

    /** Time has passed. */
    record Tick() implements SupervisorEvent {}
}
