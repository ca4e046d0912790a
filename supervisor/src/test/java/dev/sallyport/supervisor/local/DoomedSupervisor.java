package dev.sallyport.supervisor.local;

import dev.sallyport.supervisor.RestartPolicy;
import dev.sallyport.supervisor.SupervisorListener;
import dev.sallyport.supervisor.WorkerPhase;
import dev.sallyport.supervisor.launch.Supervisors;
import dev.sallyport.transport.PeerId;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/** The main class of a supervisor that is going to be killed: says its workers' pids, and when they have come far enough. */
public final class DoomedSupervisor {

    private static final int WORKERS = 2;

    private DoomedSupervisor() {}

    /** Arguments: the workers' discovery root, and the phase that they have to reach. */
    public static void main(String[] args) throws InterruptedException {
        WorkerPhase last = WorkerPhase.valueOf(args[1]);
        CountDownLatch reached = new CountDownLatch(WORKERS);
        SupervisorListener listener = new SupervisorListener() {
            @Override
            public void workerPhase(PeerId worker, WorkerPhase phase, long pid, long millis) {
                if (phase == WorkerPhase.SPAWNED) {
                    System.out.println("worker " + pid);
                }
                if (phase == last) {
                    reached.countDown();
                }
            }
        };
        Duration limit = Duration.ofSeconds(60);
        var supervisor = Supervisors.create(
                Rig.config(
                        limit,
                        limit,
                        Rig.group("slow", WORKERS, "", List.of(args[0]), Map.of(), RestartPolicy.DEFAULT)),
                listener);
        supervisor.startGroups();
        reached.await();
        System.out.println("now");
        new CountDownLatch(1).await();
    }
}
