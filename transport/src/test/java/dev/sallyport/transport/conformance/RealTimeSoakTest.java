package dev.sallyport.transport.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.proto.v1.Lane;
import dev.sallyport.proto.v1.StopAck;
import dev.sallyport.proto.v1.StopRequest;
import dev.sallyport.proto.v1.WorkerStatus;
import dev.sallyport.transport.Connection;
import dev.sallyport.transport.ControlLink;
import dev.sallyport.transport.Deadline;
import dev.sallyport.transport.Patience;
import dev.sallyport.transport.PeerId;
import dev.sallyport.transport.PeerListener;
import dev.sallyport.transport.PeerSpec;
import dev.sallyport.transport.RejectReason;
import dev.sallyport.transport.Routes;
import dev.sallyport.transport.Transport;
import dev.sallyport.transport.TransportConfig;
import dev.sallyport.transport.loopback.LoopbackTransport;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The cases that say something of real seconds and latencies. They want a machine of their own. */
@Tag("soak")
class RealTimeSoakTest {

    private static final PeerSpec SPEC = PeerSpec.of("group", "worker").mayCall(ServerUnderTest.ECHO);

    private static double millisSince(long nanos) {
        return (System.nanoTime() - nanos) / 1e6;
    }

    private static void report(String what, double[] sorted) {
        System.out.printf(
                "%s: %d samples, p50 %.2f ms, p99 %.2f ms, max %.2f ms%n",
                what, sorted.length, percentile(sorted, 50), percentile(sorted, 99), sorted[sorted.length - 1]);
    }

    private static double percentile(double[] sorted, int percent) {
        return sorted[Math.min(sorted.length - 1, sorted.length * percent / 100)];
    }

    @Test
    @DisplayName("H02 a handshake ends 2.0 s behind accept, within 0.2 s")
    void H02_twoSeconds() {
        try (ServerUnderTest target = new ServerUnderTest()) {
            try (HostilePeer peer = HostilePeer.connect(target.issue())) {
                long accepted = System.nanoTime();
                peer.send(peer.hello());
                peer.readChallenge();
                peer.expectSilentClose();
                assertThat(millisSince(accepted)).isBetween(1_800.0, 2_200.0);
            }
        }
    }

    @Test
    @DisplayName("D08 a control lane that answers no heartbeat ends 20 s behind READY")
    void D08_threeHeartbeatsMissed() {
        try (ServerUnderTest target = new ServerUnderTest()) {
            Map<String, Integer> before = target.observer.counts();
            try (HostilePeer peer = HostilePeer.open(target.issue(), Lane.LANE_CONTROL)) {
                long ready = System.nanoTime();
                assertThat(peer.expectGoodbye(RejectReason.E_IDLE)).hasSize(3);
                assertThat(millisSince(ready)).isBetween(19_800.0, 20_500.0);
            }
            target.awaitCounted(before, Map.of("E_IDLE", 1));
        }
    }

    @Test
    @DisplayName("N02 while data is saturated both ways a stop is acknowledged with a p99 below 50 ms")
    void N02_latencyOfControl() throws Exception {
        BlockingQueue<StopAck> acks = new LinkedBlockingQueue<>();
        PeerListener listener = new PeerListener() {
            @Override
            public void stopAcknowledged(PeerId peer, StopAck ack) {
                acks.add(ack);
            }
        };
        try (ServerUnderTest target = new ServerUnderTest(config -> {}, listener);
                Transport workers = LoopbackTransport.create(TransportConfig.defaults())) {
            ControlLink[] link = new ControlLink[1];
            link[0] = workers.attach(target.server.issue(SPEC), new ControlLink.Listener() {
                @Override
                public void stopOrdered(StopRequest order) {
                    link[0].acknowledge(StopAck.newBuilder()
                            .setStopId(order.getStopId())
                            .setPhase(StopAck.Phase.ACCEPTED)
                            .build());
                }
            });
            Connection up = link[0].openData(Routes.builder()
                    .on(ServerUnderTest.ECHO, (call, request) -> request)
                    .build());
            link[0].report(
                    WorkerStatus.newBuilder().setPhase(WorkerStatus.Phase.READY).build());
            Connection down = target.server.connection(SPEC.id());
            Awaitility.await().until(down::isOpen);
            Load load = new Load(List.of(up, down), 64, 16 * 1024);
            double[] latencies = new double[2_000];
            for (int i = 0; i < latencies.length; i++) {
                StopRequest order = StopRequest.newBuilder()
                        .setStopId(HostilePeer.random(16))
                        .setMode(StopRequest.Mode.DRAIN)
                        .setGracefulTimeoutMs(1000)
                        .build();
                LockSupport.parkNanos(2_000_000);
                long sent = System.nanoTime();
                assertThat(target.server.stop(SPEC.id(), order)).isTrue();
                assertThat(acks.poll(Patience.LIMIT.toSeconds(), TimeUnit.SECONDS))
                        .isNotNull();
                latencies[i] = millisSince(sent);
            }
            long calls = load.stop();
            Arrays.sort(latencies);
            report("N02 STOP to STOP_ACK under " + calls + " calls of 16 KiB", latencies);
            assertThat(percentile(latencies, 99)).isLessThan(50);
            link[0].close();
        }
    }

    /** Keeps so many calls outstanding on each connection. */
    private static final class Load {
        private final AtomicBoolean going = new AtomicBoolean(true);
        private final AtomicLong calls = new AtomicLong();
        private final AtomicLong outstanding = new AtomicLong();

        Load(List<Connection> connections, int each, int bytes) {
            for (Connection connection : connections) {
                for (int i = 0; i < each; i++) {
                    outstanding.incrementAndGet();
                    next(connection, bytes);
                }
            }
        }

        private void next(Connection connection, int bytes) {
            connection
                    .call(ServerUnderTest.ECHO, new byte[bytes], Deadline.after(Patience.LIMIT))
                    .whenComplete((reply, failure) -> {
                        calls.incrementAndGet();
                        if (going.get() && failure == null) {
                            next(connection, bytes);
                        } else {
                            outstanding.decrementAndGet();
                        }
                    });
        }

        long stop() {
            going.set(false);
            Awaitility.await().until(() -> outstanding.get() == 0);
            return calls.get();
        }
    }

    private static double[] latencies(ServerUnderTest target, int samples) {
        double[] latencies = new double[samples];
        for (int i = 0; i < samples; i++) {
            long sent = System.nanoTime();
            target.bystanderIsWell();
            latencies[i] = millisSince(sent);
            LockSupport.parkNanos(500_000);
        }
        Arrays.sort(latencies);
        return latencies;
    }

    @Test
    @DisplayName("G5 D03 2 000 bad HELLOs a second for 30 s: others keep their p99, and the log one line a second")
    void D03_badHellos() throws Exception {
        try (ServerUnderTest target = new ServerUnderTest()) {
            latencies(target, 5_000);
            double[] baseline = latencies(target, 10_000);
            report("G5 baseline", baseline);
            Identity worker = target.issue();
            AtomicBoolean going = new AtomicBoolean(true);
            AtomicLong sent = new AtomicLong();
            long began = System.nanoTime();
            CompletableFuture<Void> flood = CompletableFuture.runAsync(() -> {
                while (going.get()) {
                    try (HostilePeer peer = HostilePeer.connect(worker)) {
                        peer.send(peer.helloFrame(worker.keyId(), new byte[0])
                                .key(new byte[32])
                                .bytes());
                        peer.expectSilentClose();
                    }
                    sent.incrementAndGet();
                    long due = began + sent.get() * 500_000;
                    LockSupport.parkNanos(due - System.nanoTime());
                }
            });
            List<double[]> during = new ArrayList<>();
            while (millisSince(began) < 30_000) {
                during.add(latencies(target, 1_000));
            }
            going.set(false);
            flood.join();
            double[] all =
                    during.stream().flatMapToDouble(Arrays::stream).sorted().toArray();
            report("G5 during " + sent.get() + " bad HELLOs in 30 s", all);
            assertThat(target.outputs().lines("dev.sallyport.transport.refused"))
                    .isLessThanOrEqualTo(32);
            assertThat(percentile(all, 99)).isLessThanOrEqualTo(Math.max(1, 2 * percentile(baseline, 99)));
        }
    }

    @Test
    @DisplayName("G5 while every case is played, over and over for 30 s, others keep their p99")
    void G5_whileEveryCaseIsPlayed() {
        try (ServerUnderTest target = new ServerUnderTest()) {
            CaseRunner cases = new CaseRunner(target);
            cases.playAll();
            latencies(target, 5_000);
            double[] baseline = latencies(target, 10_000);
            report("G5 baseline", baseline);
            AtomicBoolean going = new AtomicBoolean(true);
            AtomicLong rounds = new AtomicLong();
            CompletableFuture<Void> attack = CompletableFuture.runAsync(() -> {
                while (going.get()) {
                    cases.playAll();
                    rounds.incrementAndGet();
                }
            });
            long began = System.nanoTime();
            List<double[]> during = new ArrayList<>();
            while (millisSince(began) < 30_000) {
                during.add(latencies(target, 1_000));
            }
            going.set(false);
            attack.join();
            double[] all =
                    during.stream().flatMapToDouble(Arrays::stream).sorted().toArray();
            report("G5 during " + rounds.get() + " rounds of all cases", all);
            assertThat(percentile(all, 99)).isLessThanOrEqualTo(Math.max(1, 2 * percentile(baseline, 99)));
        }
    }

    @Test
    @DisplayName("D01 10 000 connects without a byte, and a worker that gets in within a second")
    void D01_tenThousandConnects() {
        try (ServerUnderTest target = new ServerUnderTest()) {
            Identity stranger = target.issue();
            List<HostilePeer> held = new ArrayList<>();
            double slowest = 0;
            for (int i = 1; i <= 10_000; i++) {
                held.add(HostilePeer.connect(stranger));
                if (i % 1_000 == 0) {
                    long began = System.nanoTime();
                    HostilePeer.open(target.issue(), Lane.LANE_DATA).leave();
                    slowest = Math.max(slowest, millisSince(began));
                    held.forEach(HostilePeer::close);
                    held.clear();
                }
            }
            System.out.printf("D01 a worker is open within %.1f ms%n", slowest);
            assertThat(slowest).isLessThan(1_000);
        }
    }

    @Test
    @DisplayName("R13 1 000 000 valid HELLOs of one key within ttl end at its quota, and cost no memory")
    void R13_quota() throws IOException {
        int hellos = 1_000_000;
        int quota = 1_000;
        Consumer<TransportConfig.Builder> settings =
                config -> config.ttl(Duration.ofHours(1)).expectedPeers(64).nonceCacheSize(64 * quota);
        try (ServerUnderTest target = new ServerUnderTest(settings, PeerListener.NONE)) {
            Identity greedy = target.issue();
            Identity modest = target.issue();
            long began = System.nanoTime();
            long early = 0;
            int challenged = 0;
            for (int i = 0; i < hellos; i++) {
                if (i == hellos / 10) {
                    early = heapAfterCollection();
                }
                try (HostilePeer peer = HostilePeer.connect(greedy)) {
                    peer.send(peer.hello());
                    peer.socket.setSoLinger(true, 0);
                    int answer = peer.in.read();
                    assertThat(answer).isIn(-1, 0);
                    challenged += answer + 1;
                }
            }
            long grown = heapAfterCollection() - early;
            Map<String, Integer> counted = target.observer.counts();
            System.out.printf(
                    "R13 %d HELLOs in %.0f s: %d challenged, counted %s, heap grew by %d KiB over the last nine tenths%n",
                    hellos, millisSince(began) / 1_000, challenged, counted, grown / 1024);
            assertThat(challenged).isEqualTo(quota);
            assertThat(counted).containsEntry("E_AUTH(quota)", hellos - quota);
            assertThat(grown).isLessThan(4 << 20);
            HostilePeer.open(modest, Lane.LANE_DATA).leave();
        }
    }

    @Test
    @DisplayName("L04 10 000 connections that fail leave no buffer, descriptor or thread")
    void L04_tenThousandFailures() {
        LeakageTest.failures(10_000);
    }

    private static long heapAfterCollection() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    @Test
    @DisplayName("D02 64 strangers that dribble for 60 s, and a worker that gets in within a second each time")
    void D02_slowStrangers() {
        try (ServerUnderTest target = new ServerUnderTest()) {
            Identity stranger = target.issue();
            Identity worker = target.issue();
            List<HostilePeer> held = new ArrayList<>();
            double slowest = 0;
            long began = System.nanoTime();
            while (millisSince(began) < 60_000) {
                while (held.size() < 64) {
                    HostilePeer peer = HostilePeer.connect(stranger);
                    peer.send(new byte[] {0, 0, 0, 126, 1, 1});
                    held.add(peer);
                }
                held.forEach(peer -> peer.send(new byte[] {0}));
                long connecting = System.nanoTime();
                HostilePeer.open(worker, Lane.LANE_DATA).leave();
                slowest = Math.max(slowest, millisSince(connecting));
                held.remove(0).close();
                LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
            }
            held.forEach(HostilePeer::close);
            System.out.printf("D02 a worker is open within %.1f ms%n", slowest);
            assertThat(slowest).isLessThan(1_000);
        }
    }
}
