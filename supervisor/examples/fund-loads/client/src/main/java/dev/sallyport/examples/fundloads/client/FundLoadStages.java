package dev.sallyport.examples.fundloads.client;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.sallyport.examples.fundloads.FundLoadMethods;
import dev.sallyport.examples.fundloads.v1.DecideRequest;
import dev.sallyport.examples.fundloads.v1.Decision;
import dev.sallyport.examples.fundloads.v1.FundLoad;
import dev.sallyport.examples.fundloads.v1.ParseFailure;
import dev.sallyport.examples.fundloads.v1.ParseRequest;
import dev.sallyport.supervisor.WorkerGroup;
import dev.sallyport.supervisor.scenario.Parsed;
import dev.sallyport.supervisor.scenario.Stages;
import dev.sallyport.transport.Deadline;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** The calls of the fund-load scenario, and what their replies mean for the output. */
final class FundLoadStages implements Stages<FundLoad> {

    private final WorkerGroup parse;
    private final WorkerGroup limits;

    FundLoadStages(WorkerGroup parse, WorkerGroup limits) {
        this.parse = parse;
        this.limits = limits;
    }

    @Override
    public CompletableFuture<List<Parsed<FundLoad>>> parse(List<byte[]> lines, Deadline deadline) {
        List<ByteString> bytes =
                lines.stream().map(UnsafeByteOperations::unsafeWrap).toList();
        ParseRequest request = ParseRequest.newBuilder().addAllLines(bytes).build();
        return parse.call(FundLoadMethods.PARSE, request, deadline)
                .thenApply(reply -> reply.getParsedList().stream()
                        .map(FundLoadStages::parsed)
                        .toList());
    }

    @Override
    public CompletableFuture<List<Optional<String>>> decide(
            String partition, long recordsBefore, List<FundLoad> loads, Deadline deadline) {
        DecideRequest request = DecideRequest.newBuilder()
                .setPartition(partition)
                .setLoadsBefore(recordsBefore)
                .addAllLoads(loads)
                .build();
        return limits.call(FundLoadMethods.DECIDE, request, deadline, partition)
                .thenApply(reply -> outputs(loads, reply.getDecisionsList()));
    }

    private static Parsed<FundLoad> parsed(dev.sallyport.examples.fundloads.v1.Parsed parsed) {
        return parsed.hasLoad()
                ? new Parsed.Valid<>(parsed.getLoad(), parsed.getLoad().getCustomerId())
                : new Parsed.Malformed<>(reason(parsed.getFailure()));
    }

    private static String reason(ParseFailure failure) {
        String field = failure.getField();
        return switch (failure.getReason()) {
            case NOT_JSON -> "not JSON in UTF-8";
            case NOT_AN_OBJECT -> "not a JSON object";
            case UNKNOWN_FIELD -> "a field other than id, customer_id, load_amount and time";
            case DUPLICATE_FIELD -> field + " is there twice";
            case MISSING_FIELD -> field + " is missing";
            case NOT_A_STRING -> field + " is not a string";
            case BAD_VALUE -> field + " must be " + form(field);
            case REASON_UNSPECIFIED, UNRECOGNIZED -> "refused for a reason that this version does not know";
        };
    }

    private static String form(String field) {
        return switch (field) {
            case "load_amount" -> "an amount like $123.45";
            case "time" -> "a time like 2000-01-01T00:00:00Z";
            default -> "1 to 64 letters, digits, _ or -";
        };
    }

    private static List<Optional<String>> outputs(List<FundLoad> loads, List<Decision> decisions) {
        List<Optional<String>> outputs = new ArrayList<>(decisions.size());
        // a reply of another length is the runner's to refuse
        for (int i = 0; i < Math.min(loads.size(), decisions.size()); i++) {
            outputs.add(output(loads.get(i), decisions.get(i)));
        }
        return outputs;
    }

    /** Both ids are plain letters and digits, so nothing needs an escape. */
    private static Optional<String> output(FundLoad load, Decision decision) {
        return switch (decision) {
            case ACCEPTED, DECLINED ->
                Optional.of("{\"id\":\"" + load.getId() + "\",\"customer_id\":\"" + load.getCustomerId()
                        + "\",\"accepted\":" + (decision == Decision.ACCEPTED) + "}");
            case REPEATED -> Optional.empty();
            case DECISION_UNSPECIFIED, UNRECOGNIZED ->
                throw new IllegalStateException("a worker answered with an unknown decision");
        };
    }
}
