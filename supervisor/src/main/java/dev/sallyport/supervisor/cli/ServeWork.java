package dev.sallyport.supervisor.cli;

import dev.sallyport.supervisor.BootstrapSupervisor;
import dev.sallyport.supervisor.SupervisorException;
import dev.sallyport.supervisor.scenario.RunException.Category;
import dev.sallyport.supervisor.scenario.RunReport;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/** Keeps the groups up until somebody stops them, or a group is lost. */
final class ServeWork implements Work {

    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile @Nullable String lost;

    @Override
    public @Nullable RunReport run(BootstrapSupervisor supervisor) {
        try {
            ended.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        String evidence = lost;
        if (evidence != null) {
            throw new SupervisorException(
                    SupervisorException.Category.WORKER_FAILED, "the service has ended", List.of(evidence), null);
        }
        return null;
    }

    @Override
    public void abort(Category category, String evidence) {
        if (category == Category.WORKER_LOST) {
            lost = evidence;
        }
        ended.countDown();
    }

    @Override
    public boolean isEndedFromOutside() {
        return true;
    }
}
