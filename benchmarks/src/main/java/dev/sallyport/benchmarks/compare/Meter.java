package dev.sallyport.benchmarks.compare;

import dev.sallyport.benchmarks.peer.Peer;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;
import org.jspecify.annotations.Nullable;

/** Keeps a fixed number of echoes in flight on one client and records how long each took. */
final class Meter {

    private static final long HIGHEST_NANOS = TimeUnit.SECONDS.toNanos(60);
    private static final int SIGNIFICANT_DIGITS = 3;
    private static final Duration STALLED = Duration.ofSeconds(30);

    private final Peer.Client client;
    private final LongSupplier clientCpuNanos;
    private final LongSupplier serverCpuNanos;
    private final Recorder recorder = new Recorder(HIGHEST_NANOS, SIGNIFICANT_DIGITS);

    Meter(Peer.Client client, LongSupplier clientCpuNanos, LongSupplier serverCpuNanos) {
        this.client = client;
        this.clientCpuNanos = clientCpuNanos;
        this.serverCpuNanos = serverCpuNanos;
    }

    /** @throws IllegalStateException when an echo failed, was not what was sent in length or first byte, or never came */
    Round measure(Shape shape, Duration duration) throws InterruptedException {
        byte[] payload = payload(shape);
        Load load = new Load(shape, payload, System.nanoTime() + duration.toNanos());
        recorder.reset();
        long clientCpu = clientCpuNanos.getAsLong();
        long serverCpu = serverCpuNanos.getAsLong();
        long start = System.nanoTime();
        load.start();
        if (!load.ended.await(duration.plus(STALLED).toMillis(), TimeUnit.MILLISECONDS)) {
            throw new IllegalStateException(shape.name() + ": an echo did not come back");
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        Throwable failure = load.failure.get();
        if (failure != null) {
            throw new IllegalStateException(shape.name() + ": an echo failed", failure);
        }
        Histogram nanos = recorder.getIntervalHistogram();
        double calls = nanos.getTotalCount();
        return new Round(
                nanos.getTotalCount(),
                calls / seconds,
                nanos.getValueAtPercentile(50) / 1e3,
                nanos.getValueAtPercentile(99) / 1e3,
                nanos.getMaxValue() / 1e3,
                (clientCpuNanos.getAsLong() - clientCpu) / calls / 1e3,
                (serverCpuNanos.getAsLong() - serverCpu) / calls / 1e3);
    }

    static byte[] payload(Shape shape) {
        byte[] payload = new byte[shape.payloadBytes()];
        new Random(shape.payloadBytes()).nextBytes(payload);
        return payload;
    }

    /** All slots of one round. */
    private final class Load {
        private final Shape shape;
        private final byte[] payload;
        private final long endNanos;
        private final CountDownLatch ended;
        private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

        private Load(Shape shape, byte[] payload, long endNanos) {
            this.shape = shape;
            this.payload = payload;
            this.endNanos = endNanos;
            this.ended = new CountDownLatch(shape.outstanding());
        }

        private void start() {
            for (int i = 0; i < shape.outstanding(); i++) {
                new Slot(this).call(System.nanoTime());
            }
        }
    }

    /** One echo in flight, and the next one as soon as it has ended. */
    private final class Slot implements Peer.Completion {
        private final Load load;
        private long startNanos;
        private int received;

        private Slot(Load load) {
            this.load = load;
        }

        private void call(long nowNanos) {
            received = 0;
            startNanos = nowNanos;
            if (load.shape.streamed()) {
                client.stream(load.payload, this);
            } else {
                client.echo(load.payload, this);
            }
        }

        @Override
        public void received(ByteBuffer part, boolean last) {
            boolean firstByteDiffers = received == 0 && part.get(part.position()) != load.payload[0];
            received += part.remaining();
            if (firstByteDiffers || (last && received != load.payload.length)) {
                failed(new IllegalStateException("the echo is not what was sent"));
            } else if (last) {
                ended();
            }
        }

        private void ended() {
            long now = System.nanoTime();
            recorder.recordValue(Math.min(now - startNanos, HIGHEST_NANOS));
            if (now < load.endNanos && load.failure.get() == null) {
                call(now);
            } else {
                load.ended.countDown();
            }
        }

        @Override
        public void failed(Throwable cause) {
            load.failure.compareAndSet(null, cause);
            load.ended.countDown();
        }
    }
}
