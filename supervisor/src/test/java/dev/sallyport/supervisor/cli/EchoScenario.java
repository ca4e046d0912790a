package dev.sallyport.supervisor.cli;

import dev.sallyport.supervisor.WorkerGroup;
import dev.sallyport.supervisor.scenario.Parsed;
import dev.sallyport.supervisor.scenario.Scenario;
import dev.sallyport.supervisor.scenario.Stages;
import dev.sallyport.transport.CallException;
import dev.sallyport.transport.Deadline;
import dev.sallyport.transport.Outcome;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** Answers each line in capitals. What begins with {@code bad} is malformed, with {@code fail} fails; {@code hang} is never answered. */
public final class EchoScenario implements Scenario {

    @Override
    public String id() {
        return "echo";
    }

    @Override
    public List<String> groups() {
        return List.of("echo");
    }

    @Override
    public Stages<?> open(Function<String, WorkerGroup> group) {
        return new EchoStages(group.apply("echo"));
    }

    private record EchoStages(WorkerGroup group) implements Stages<String> {
        @Override
        public CompletableFuture<List<Parsed<String>>> parse(List<byte[]> lines, Deadline deadline) {
            return CompletableFuture.completedFuture(
                    lines.stream().map(EchoStages::parse).toList());
        }

        private static Parsed<String> parse(byte[] line) {
            String text = new String(line, StandardCharsets.UTF_8);
            return text.startsWith("bad")
                    ? new Parsed.Malformed<>("not a word" + text.substring("bad".length()))
                    : new Parsed.Valid<>(text, "key");
        }

        @Override
        public CompletableFuture<List<Optional<String>>> decide(
                String partition, long recordsBefore, List<String> records, Deadline deadline) {
            if (records.contains("hang")) {
                return new CompletableFuture<>();
            }
            if (records.get(0).startsWith("fail")) {
                return CompletableFuture.failedFuture(
                        new CallException(Outcome.APPLICATION_ERROR, true, records.get(0)));
            }
            return CompletableFuture.completedFuture(records.stream()
                    .map(record -> Optional.of(record.toUpperCase(Locale.ROOT)))
                    .toList());
        }
    }
}
