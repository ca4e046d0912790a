package dev.sallyport.examples.fundloads.limits;

import dev.sallyport.examples.fundloads.v1.DecideReply;
import dev.sallyport.examples.fundloads.v1.DecideRequest;
import dev.sallyport.examples.fundloads.v1.FundLoad;
import dev.sallyport.transport.HandlerException;
import java.util.HashMap;
import java.util.Map;

/** The customers of one partition, and how many of its loads were decided here. */
final class Partition {

    private final String name;
    private final Limits limits;
    private final Map<String, Customer> customers = new HashMap<>();
    private long decided;

    Partition(String name, Limits limits) {
        this.name = name;
        this.limits = limits;
    }

    /**
     * Decides the next loads.
     *
     * @throws HandlerException when they are not the next ones: an answer from other state than the partition's would be wrong
     */
    synchronized DecideReply decide(DecideRequest request) throws HandlerException {
        if (request.getLoadsBefore() != decided) {
            throw new HandlerException(
                    "partition " + name + ": this worker decided " + decided + " loads, the caller counts "
                            + request.getLoadsBefore() + "; the state was lost or is with another worker");
        }
        DecideReply.Builder reply = DecideReply.newBuilder();
        for (FundLoad load : request.getLoadsList()) {
            reply.addDecisions(customers
                    .computeIfAbsent(load.getCustomerId(), id -> new Customer())
                    .decide(load, limits));
            decided++;
        }
        return reply.build();
    }
}
