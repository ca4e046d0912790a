package dev.sallyport.transport.observe;

import dev.sallyport.transport.Lane;
import dev.sallyport.transport.Outcome;
import dev.sallyport.transport.PeerId;
import dev.sallyport.transport.RejectReason;
import dev.sallyport.transport.TransportObserver;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Counts what a transport tells in a registry of Micrometer, which the embedding program brings: the transport neither needs nor
 * loads it otherwise. No tag has a value that a peer chose, and none names a peer, so that the number of meters is bounded.
 */
public final class MicrometerMetrics implements TransportObserver {

    private static final String PREFIX = "sallyport.";

    private final MeterRegistry registry;
    private final Map<Lane, AtomicInteger> sessions = new EnumMap<>(Lane.class);

    private MicrometerMetrics(MeterRegistry registry) {
        this.registry = registry;
        for (Lane lane : Lane.values()) {
            AtomicInteger open = new AtomicInteger();
            sessions.put(lane, open);
            Gauge.builder(PREFIX + "sessions", open, AtomicInteger::get)
                    .description("open sessions")
                    .tag("lane", name(lane))
                    .register(registry);
        }
    }

    /** Meters in this registry, which stays the caller's to close. */
    public static MicrometerMetrics create(MeterRegistry registry) {
        return new MicrometerMetrics(registry);
    }

    private static String name(Lane lane) {
        return lane.name().toLowerCase(Locale.ROOT);
    }

    /** The causes of E_AUTH are six words; other causes are for people, and not counted apart. */
    @Override
    public void rejected(RejectReason reason, @Nullable PeerId peer, String cause) {
        String word = reason == RejectReason.E_AUTH ? cause : "";
        registry.counter(PREFIX + "rejects", "code", reason.name(), "cause", word)
                .increment();
    }

    @Override
    public void sessionOpened(PeerId peer, Lane lane) {
        count(lane).incrementAndGet();
    }

    @Override
    public void sessionClosed(PeerId peer, Lane lane, RejectReason reason) {
        count(lane).decrementAndGet();
        registry.counter(PREFIX + "sessions.closed", "lane", name(lane), "code", reason.name())
                .increment();
    }

    private AtomicInteger count(Lane lane) {
        AtomicInteger open = sessions.get(lane);
        if (open == null) {
            throw new IllegalStateException("a lane without a gauge");
        }
        return open;
    }

    @Override
    public void callEnded(PeerId peer, String method, Outcome outcome, long nanos) {
        registry.timer(PREFIX + "calls", "method", method, "outcome", outcome.name())
                .record(nanos, TimeUnit.NANOSECONDS);
    }

    @Override
    public void requestServed(PeerId peer, String method, Outcome outcome, long nanos) {
        registry.timer(PREFIX + "requests", "method", method, "outcome", outcome.name())
                .record(nanos, TimeUnit.NANOSECONDS);
    }

    @Override
    public void messageDropped(PeerId peer) {
        registry.counter(PREFIX + "messages.dropped").increment();
    }

    @Override
    public void writeStalled(PeerId peer, Lane lane, long nanos) {
        registry.timer(PREFIX + "write.stalls", "lane", name(lane)).record(nanos, TimeUnit.NANOSECONDS);
    }
}
