package dev.sallyport.supervisor.scenario;

import dev.sallyport.transport.CallException;
import dev.sallyport.transport.Deadline;
import dev.sallyport.transport.Outcome;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.function.IntPredicate;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * A fake of both stages. A line is {@code key:value}, anything else is malformed; value {@code silent} has no output. Replies
 * come from a thread of their own, in an order that a seeded generator chooses among the calls that wait, and the fake
 * fails when its caller breaks the contract of {@link Stages}.
 */
final class FakeStages implements Stages<String>, AutoCloseable {

    private final Random random;
    private final List<Runnable> waiting = new ArrayList<>();
    private final Map<String, Long> decided = new HashMap<>();
    private final Map<String, Integer> underWay = new HashMap<>();
    private final Map<String, List<String>> byKey = new HashMap<>();
    private final List<String> broken = new ArrayList<>();
    private final Thread replies = new Thread(this::reply, "fake-replies");
    private IntPredicate withheld = call -> false;
    private Predicate<List<String>> lost = records -> false;
    private int answersLeftOut;
    private int parseCalls;
    private int linesSeen;
    private int largestBatch;
    private int largestBytes;

    FakeStages(long seed) {
        random = new Random(seed);
        replies.setDaemon(true);
        replies.start();
    }

    /** Parse calls, by their number from 0, that get no reply for as long as the condition holds. */
    synchronized void withhold(IntPredicate parseCalls) {
        withheld = parseCalls;
    }

    /** Decide calls during which the worker is lost. */
    synchronized void loseWorkerAt(Predicate<List<String>> decideCalls) {
        lost = decideCalls;
    }

    /** Makes every parse reply shorter than its request. */
    synchronized void leaveOutAnswers(int count) {
        answersLeftOut = count;
    }

    synchronized int linesSeen() {
        return linesSeen;
    }

    synchronized int largestBatch() {
        return largestBatch;
    }

    synchronized int largestBytes() {
        return largestBytes;
    }

    /** What the caller did that it must not do. */
    synchronized List<String> broken() {
        return List.copyOf(broken);
    }

    /** The values decided for a key, in order. */
    synchronized List<String> valuesOf(String key) {
        return List.copyOf(byKey.getOrDefault(key, List.of()));
    }

    @Override
    public synchronized CompletableFuture<List<Parsed<String>>> parse(List<byte[]> lines, Deadline deadline) {
        int call = parseCalls++;
        linesSeen += lines.size();
        largestBatch = Math.max(largestBatch, lines.size());
        largestBytes = Math.max(
                largestBytes, lines.stream().mapToInt(line -> line.length + 64).sum());
        List<String> texts = lines.stream().map(String::new).toList();
        return later(
                () -> withheld.test(call),
                () -> texts.stream()
                        .limit(texts.size() - answersLeftOut)
                        .map(FakeStages::parse)
                        .toList());
    }

    private static Parsed<String> parse(String line) {
        int colon = line.indexOf(':');
        return colon < 0 ? new Parsed.Malformed<>("no colon") : new Parsed.Valid<>(line, line.substring(0, colon));
    }

    @Override
    public synchronized CompletableFuture<List<Optional<String>>> decide(
            String partition, long recordsBefore, List<String> records, Deadline deadline) {
        largestBatch = Math.max(largestBatch, records.size());
        if (underWay.merge(partition, 1, Integer::sum) != 1) {
            broken.add("two calls of partition " + partition + " under way");
        }
        if (decided.getOrDefault(partition, 0L) != recordsBefore) {
            broken.add("partition " + partition + " begins at " + recordsBefore);
        }
        decided.merge(partition, (long) records.size(), Long::sum);
        return later(() -> false, () -> {
            if (lost.test(records)) {
                throw new CallException(Outcome.WORKER_LOST, true, "killed");
            }
            underWay.put(partition, 0);
            return records.stream().map(this::decide).toList();
        });
    }

    private Optional<String> decide(String record) {
        String[] parts = record.split(":", -1);
        byKey.computeIfAbsent(parts[0], key -> new ArrayList<>()).add(parts[1]);
        return parts[1].equals("silent") ? Optional.empty() : Optional.of(record.toUpperCase(Locale.ROOT));
    }

    private <T> CompletableFuture<T> later(BooleanSupplier blocked, Supplier<T> answer) {
        CompletableFuture<T> future = new CompletableFuture<>();
        waiting.add(new Runnable() {
            @Override
            public void run() {
                if (blocked.getAsBoolean()) {
                    waiting.add(this);
                    return;
                }
                try {
                    future.complete(answer.get());
                } catch (CallException e) {
                    future.completeExceptionally(e);
                }
            }
        });
        notifyAll();
        return future;
    }

    private synchronized void reply() {
        try {
            while (true) {
                while (waiting.isEmpty()) {
                    wait();
                }
                waiting.remove(random.nextInt(waiting.size())).run();
                // lets the caller in between two replies
                wait(0, 1);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        replies.interrupt();
    }
}
