package dev.sallyport.supervisor.scenario;

import dev.sallyport.supervisor.scenario.LineReader.Line;
import dev.sallyport.transport.Deadline;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The way of all lines: read, parsed in batches, shared out to the partitions in input order, decided, written in input
 * order. One thread runs it and owns everything; replies come to it as events.
 */
final class Pipeline<R> {

    /** Some for each worker of a large group, so that their names spread over it; the output does not depend on the number. */
    private static final int PARTITIONS = RunOptions.CALLS_OF_A_STAGE;

    private final Stages<R> stages;
    private final RunOptions options;
    private final InputReader reader;
    private final Window window;
    private final BlockingQueue<Consumer<Pipeline<?>>> events;
    private final Deque<List<Line>> arrived = new ArrayDeque<>();
    private final Deque<ParseBatch<R>> parsing = new ArrayDeque<>();
    private final List<Partition<R>> partitions = IntStream.range(0, PARTITIONS)
            .mapToObj(index -> new Partition<R>("p" + index))
            .toList();
    private boolean inputEnded;
    private @Nullable RunException failure;

    /** Lines on their way through the stateless stage. */
    private static final class ParseBatch<R> {
        private final List<Entry> entries = new ArrayList<>();
        private final List<byte[]> lines = new ArrayList<>();
        private @Nullable List<Parsed<R>> parsed;
    }

    Pipeline(
            Stages<R> stages,
            RunOptions options,
            InputReader reader,
            Window window,
            BlockingQueue<Consumer<Pipeline<?>>> events) {
        this.stages = stages;
        this.options = options;
        this.reader = reader;
        this.window = window;
        this.events = events;
    }

    /** Runs to the end of the input, or to the first failure. */
    void run() throws RunException, InterruptedException {
        reader.start();
        try {
            while (!inputEnded || !arrived.isEmpty() || !window.isEmpty()) {
                handleEvents();
                advance();
            }
        } finally {
            reader.stop();
        }
    }

    /** Lines were read. To be called as an event. */
    void arrived(List<Line> lines) {
        arrived.addLast(lines);
    }

    /** Nothing more will arrive. To be called as an event. */
    void inputEnded() {
        inputEnded = true;
    }

    /** Ends the run; the first failure is the one that counts. To be called as an event. */
    void fail(RunException cause) {
        if (failure == null) {
            failure = cause;
        }
    }

    /** Afterwards the head of the window, if there is one, waits for a reply, and else everything for the input. */
    private void advance() throws RunException {
        do {
            shareOut();
            partitions.stream().filter(Partition::isReady).forEach(this::decide);
            while (!arrived.isEmpty() && window.hasRoom() && parsing.size() < RunOptions.CALLS_OF_A_STAGE) {
                take(arrived.removeFirst());
            }
        } while (window.write());
        if (window.isEmpty()) {
            // the next line may be long in coming
            window.flush();
        }
    }

    private void handleEvents() throws InterruptedException, RunException {
        for (Consumer<Pipeline<?>> event = events.take(); event != null; event = events.poll()) {
            event.accept(this);
        }
        if (failure != null) {
            window.write();
            throw failure;
        }
    }

    private void take(List<Line> lines) {
        reader.taken();
        ParseBatch<R> batch = new ParseBatch<>();
        for (Line line : lines) {
            Entry entry = new Entry(line.number(), line.batchBytes());
            window.add(entry);
            byte[] bytes = line.bytes();
            if (bytes == null) {
                entry.malformed("longer than " + options.maxLineBytes() + " bytes");
            } else {
                batch.entries.add(entry);
                batch.lines.add(bytes);
            }
        }
        if (!batch.lines.isEmpty()) {
            parsing.addLast(batch);
            parse(batch);
        }
    }

    private void parse(ParseBatch<R> batch) {
        Deadline deadline = Deadline.after(options.callTimeout());
        onReply("parse", batch.entries, stages.parse(batch.lines, deadline), parsed -> batch.parsed = parsed);
    }

    /** Gives parsed lines to their partitions in input order: a batch waits for those before it. */
    private void shareOut() {
        for (ParseBatch<R> head = parsing.peekFirst();
                head != null && head.parsed != null;
                head = parsing.peekFirst()) {
            for (int i = 0; i < head.parsed.size(); i++) {
                shareOut(head.entries.get(i), head.parsed.get(i));
            }
            parsing.removeFirst();
        }
    }

    private void shareOut(Entry entry, Parsed<R> parsed) {
        if (parsed instanceof Parsed.Valid<R> valid) {
            int index = Math.floorMod(valid.key().hashCode(), PARTITIONS);
            partitions.get(index).add(new Partition.Item<>(entry, valid.record()));
        } else if (parsed instanceof Parsed.Malformed<R> malformed) {
            entry.malformed(malformed.reason());
        }
    }

    private void decide(Partition<R> partition) {
        List<Partition.Item<R>> batch = partition.take(options);
        List<Entry> entries = batch.stream().map(Partition.Item::entry).toList();
        List<R> records = batch.stream().map(Partition.Item::record).toList();
        Deadline deadline = Deadline.after(options.callTimeout());
        onReply("decide", entries, stages.decide(partition.name(), partition.decided(), records, deadline), outputs -> {
            partition.decided(outputs.size());
            for (int i = 0; i < entries.size(); i++) {
                entries.get(i).decided(outputs.get(i));
            }
        });
    }

    /** Brings a reply to the runner's thread: one answer for each line, or else the end of the run. */
    private <T> void onReply(
            String stage, List<Entry> lines, CompletableFuture<List<T>> reply, Consumer<List<T>> settle) {
        // both ends of the reply are handled here
        var unused = reply.whenComplete((answers, cause) -> events.add(pipeline -> {
            if (answers == null) {
                fail(RunException.callFailed(stage, lines, cause));
            } else if (answers.size() != lines.size()) {
                fail(RunException.answersMissing(stage, lines, answers.size()));
            } else {
                settle.accept(answers);
            }
        }));
    }
}
