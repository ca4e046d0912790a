package dev.sallyport.transport.observe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.transport.Lane;
import dev.sallyport.transport.PeerId;
import dev.sallyport.transport.RejectReason;
import dev.sallyport.transport.TransportObserver;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The observers that ship with the transport, told by a real server and client. */
class ObserversTest {

    private static final PeerId PEER = new PeerId("group", "worker", 1);

    @Test
    void micrometerCountsByCodeMethodAndOutcome() {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        MicrometerMetrics metrics = MicrometerMetrics.create(registry);

        ObservedRun.run(metrics);
        metrics.writeStalled(PEER, Lane.DATA, TimeUnit.SECONDS.toNanos(2));
        metrics.messageDropped(PEER);

        assertThat(registry.get("sallyport.calls")
                        .tags("method", "observed/echo", "outcome", "OK")
                        .timer()
                        .count())
                .isEqualTo(1);
        assertThat(registry.get("sallyport.requests")
                        .tags("method", "observed/fail", "outcome", "APPLICATION_ERROR")
                        .timer()
                        .count())
                .isEqualTo(1);
        assertThat(registry.get("sallyport.requests")
                        .tags("method", "", "outcome", "UNKNOWN_METHOD")
                        .timer()
                        .count())
                .as("a name that the peer chose")
                .isEqualTo(1);
        assertThat(registry.get("sallyport.rejects")
                        .tags("code", "E_AUTH", "cause", "keyid")
                        .counter()
                        .count())
                .isPositive();
        assertThat(registry.get("sallyport.sessions.closed").counters()).isNotEmpty();
        assertThat(registry.get("sallyport.sessions")
                        .tag("lane", "data")
                        .gauge()
                        .value())
                .isZero();
        assertThat(registry.get("sallyport.write.stalls").timer().totalTime(TimeUnit.SECONDS))
                .isEqualTo(2);
        assertThat(registry.get("sallyport.messages.dropped").counter().count()).isEqualTo(1);
        assertThat(registry.getMeters().stream().map(Meter::getId))
                .allSatisfy(id -> assertThat(id.toString()).doesNotContain("worker"));
    }

    @Test
    void flightRecorderHasEveryKindOfEvent_andNoTextOfAPeer(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("run.jfr");
        Path output = folder.resolve("output.txt");
        Process run = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        ObservedRun.class.getName(),
                        file.toString())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        assertThat(run.waitFor(3, TimeUnit.MINUTES)).isTrue();
        assertThat(file).as(() -> output(output)).exists();

        List<String> events = new ArrayList<>();
        for (RecordedEvent event : RecordingFile.readAllEvents(file)) {
            if (event.getEventType().getName().startsWith("sallyport.")) {
                events.add(text(event));
            }
        }

        assertThat(events)
                .contains(
                        "SessionOpened group/worker#1 DATA",
                        "SessionOpened group/worker#1 CONTROL",
                        "Call group/worker#1 observed/echo OK",
                        "Call group/worker#1 observed/fail APPLICATION_ERROR",
                        "Rejected  E_AUTH keyid")
                .anyMatch(event -> event.startsWith("SessionClosed group/worker#1 DATA OK_"))
                .noneMatch(event -> event.startsWith("Request "));
    }

    private static String output(Path file) {
        try {
            return Files.readString(file);
        } catch (java.io.IOException e) {
            return String.valueOf(e);
        }
    }

    private static String text(RecordedEvent event) {
        StringBuilder text = new StringBuilder(event.getEventType().getName().substring("sallyport.".length()));
        for (String field : List.of("peer", "lane", "method", "outcome", "code", "cause")) {
            if (event.hasField(field)) {
                text.append(' ').append(event.getString(field));
            }
        }
        return text.toString();
    }

    @Test
    void twoObserversAreBothTold() {
        List<String> told = new ArrayList<>();
        TransportObserver both = named("first", told).and(named("second", told));

        both.rejected(RejectReason.E_MAC, PEER, "");
        both.writeStalled(PEER, Lane.DATA, Duration.ofMillis(3).toNanos());

        assertThat(told).containsExactly("first E_MAC", "second E_MAC", "first 3000000", "second 3000000");
    }

    private static TransportObserver named(String name, List<String> told) {
        return new TransportObserver() {
            @Override
            public void rejected(RejectReason reason, @Nullable PeerId peer, String cause) {
                told.add(name + " " + reason);
            }

            @Override
            public void writeStalled(PeerId peer, Lane lane, long nanos) {
                told.add(name + " " + nanos);
            }
        };
    }
}
