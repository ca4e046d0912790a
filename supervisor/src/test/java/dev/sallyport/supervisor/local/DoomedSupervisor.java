package dev.sallyport.supervisor.local;

import dev.sallyport.supervisor.BootstrapSupervisor;
import dev.sallyport.supervisor.RestartPolicy;
import dev.sallyport.supervisor.StopPolicy;
import dev.sallyport.supervisor.SupervisorListener;
import dev.sallyport.supervisor.WorkerPhase;
import dev.sallyport.supervisor.launch.Supervisors;
import dev.sallyport.transport.Deadline;
import dev.sallyport.transport.MethodDescriptor;
import dev.sallyport.transport.PeerId;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;

/** The main class of a supervisor that is going to be killed: says its own pid and its worker's, and when it has come far enough. */
public final class DoomedSupervisor {

    private static final Duration LIMIT = Duration.ofMinutes(5);
    private static final MethodDescriptor<byte[], byte[]> NAP = MethodDescriptor.ofBytes("odd/nap");

    private DoomedSupervisor() {}

    /** Arguments: the moment to come to, and the discovery root of the worker. */
    public static void main(String[] args) throws InterruptedException {
        Fault.Moment moment = Fault.Moment.valueOf(args[0]);
        System.out.println("supervisor " + ProcessHandle.current().pid());
        CountDownLatch reached = new CountDownLatch(1);
        BootstrapSupervisor supervisor = Supervisors.create(
                Rig.config(LIMIT, LIMIT, Rig.group("doomed", 1, "", List.of(args[1]), Map.of(), RestartPolicy.DEFAULT)),
                listener(moment, reached));
        supervisor.startGroups();
        if (moment.compareTo(Fault.Moment.READY) > 0) {
            supervisor.waitReady(LIMIT);
            var unused = nap(supervisor);
            if (moment == Fault.Moment.DRAINING) {
                drain(supervisor);
            }
            reached.countDown();
        }
        reached.await();
        System.out.println("now");
        new CountDownLatch(1).await();
    }

    private static SupervisorListener listener(Fault.Moment moment, CountDownLatch reached) {
        return new SupervisorListener() {
            @Override
            public void workerPhase(PeerId worker, WorkerPhase phase, long pid, long millis) {
                if (phase == WorkerPhase.SPAWNED) {
                    System.out.println("worker " + pid);
                }
                if (phase.name().equals(moment.name())) {
                    reached.countDown();
                }
            }
        };
    }

    private static CompletableFuture<byte[]> nap(BootstrapSupervisor supervisor) {
        return supervisor.group("doomed").call(NAP, new byte[] {(byte) 255}, Deadline.after(LIMIT));
    }

    /** Orders a stop, and waits until it has been taken: from then on nobody is called. */
    private static void drain(BootstrapSupervisor supervisor) {
        Thread stopping = new Thread(() -> supervisor.stopGroups(StopPolicy.graceful(LIMIT)), "stopping");
        stopping.setDaemon(true);
        stopping.start();
        Fault.awaitDraining(supervisor.group("doomed"));
    }
}
