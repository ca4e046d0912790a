package dev.sallyport.examples.fundloads.limits;

import dev.sallyport.examples.fundloads.FundLoadMethods;
import dev.sallyport.examples.fundloads.v1.DecideReply;
import dev.sallyport.examples.fundloads.v1.DecideRequest;
import dev.sallyport.supervisor.Worker;
import dev.sallyport.supervisor.WorkerContext;
import dev.sallyport.transport.HandlerException;
import dev.sallyport.transport.Routes;
import jakarta.inject.Singleton;
import java.util.concurrent.ConcurrentHashMap;

/** Serves {@code fund-loads/decide} for the partitions that are given to this worker. Its state lasts as long as the process. */
@Singleton
final class LimitsWorker implements Worker {

    private final Limits limits;
    private final ConcurrentHashMap<String, Partition> partitions = new ConcurrentHashMap<>();

    LimitsWorker(WorkerContext context) {
        this.limits = Limits.from(context.selectors());
    }

    @Override
    public Routes routes() {
        return Routes.builder()
                .on(FundLoadMethods.DECIDE, (call, request) -> decide(request))
                .build();
    }

    private DecideReply decide(DecideRequest request) throws HandlerException {
        return partitions
                .computeIfAbsent(request.getPartition(), name -> new Partition(name, limits))
                .decide(request);
    }
}
