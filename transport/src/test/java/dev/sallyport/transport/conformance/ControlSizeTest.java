package dev.sallyport.transport.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import com.google.protobuf.ByteString;
import dev.sallyport.proto.v1.StopAck;
import dev.sallyport.proto.v1.StopRequest;
import dev.sallyport.proto.v1.WorkerStatus;
import dev.sallyport.transport.Connection;
import dev.sallyport.transport.ControlLink;
import dev.sallyport.transport.MethodDescriptor;
import dev.sallyport.transport.NoLeaks;
import dev.sallyport.transport.PeerId;
import dev.sallyport.transport.PeerListener;
import dev.sallyport.transport.PeerSpec;
import dev.sallyport.transport.Routes;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Control messages that the peer would refuse are refused where they are made, or cut to what fits. */
@ExtendWith(NoLeaks.class)
class ControlSizeTest {

    private static final PeerSpec SPEC = PeerSpec.of("group", "worker");
    private static final int ROUTES = 100;
    private static final int NAME_BYTES = 100;

    private final List<WorkerStatus> reported = new CopyOnWriteArrayList<>();
    private final PeerListener listener = new PeerListener() {
        @Override
        public void statusReported(PeerId peer, WorkerStatus status) {
            if (peer.equals(SPEC.id())) {
                reported.add(status);
            }
        }
    };

    private static String name(int route) {
        String end = String.format("%03d", route);
        return "test/" + "x".repeat(NAME_BYTES - 5 - end.length()) + end;
    }

    private static Routes manyRoutes() {
        Routes.Builder routes = Routes.builder();
        for (int i = 0; i < ROUTES; i++) {
            routes.on(MethodDescriptor.ofBytes(name(i)), (call, request) -> request);
        }
        return routes.build();
    }

    @Test
    @DisplayName("S04 more method names than fit into a status: those that fit are sent, in one session of each lane")
    void S04_methodsAreCutToWhatFits() {
        try (ServerUnderTest target = new ServerUnderTest(config -> {}, listener)) {
            Map<String, Integer> before = target.observer.counts();
            int opened = target.observer.opened.get();
            Connection worker = target.peers().connect(target.server.issue(SPEC), manyRoutes());
            Awaitility.await().until(target.server.connection(SPEC.id())::isOpen);
            assertThat(worker.isOpen()).isTrue();
            assertThat(reported).hasSize(1);
            assertThat(reported.get(0).getMethodsCount()).isBetween(9, 10);
            assertThat(reported.get(0).getSerializedSize()).isLessThanOrEqualTo(1024);
            assertThat(target.observer.opened.get() - opened).isEqualTo(2);
            target.awaitCounted(before, Map.of());
            worker.close();
        }
    }

    @Test
    @DisplayName("P13 a text or id that the peer would refuse is refused at its maker, and the lane stays")
    void P13_refusedAtItsMaker() {
        try (ServerUnderTest target = new ServerUnderTest(config -> {}, listener)) {
            Map<String, Integer> before = target.observer.counts();
            ControlLink link = target.peers().attach(target.server.issue(SPEC), ControlLink.Listener.NONE);
            String tooLong = "x".repeat(257);
            WorkerStatus.Builder status = WorkerStatus.newBuilder().setPhase(WorkerStatus.Phase.FAILED);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> link.report(status.setDetail(tooLong).build()));
            StopAck.Builder ack = StopAck.newBuilder().setPhase(StopAck.Phase.STOPPED);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> link.acknowledge(
                            ack.setStopId(ByteString.copyFrom(new byte[15])).build()));
            StopRequest.Builder order =
                    StopRequest.newBuilder().setMode(StopRequest.Mode.DRAIN).setStopId(HostilePeer.random(16));
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> target.server.stop(
                            SPEC.id(), order.setReason(tooLong).build()));
            link.report(status.setDetail("x".repeat(256)).build());
            Awaitility.await().until(() -> reported.size() == 1);
            target.awaitCounted(before, Map.of());
            link.close();
        }
    }

    @Test
    @DisplayName("A data lane is opened once: a second call is refused, and the first lane goes on")
    void openDataTwice() {
        try (ServerUnderTest target = new ServerUnderTest(config -> {}, listener)) {
            Map<String, Integer> before = target.observer.counts();
            ControlLink link = target.peers().attach(target.server.issue(SPEC), ControlLink.Listener.NONE);
            Connection data = link.openData(Routes.none());
            assertThatIllegalStateException().isThrownBy(() -> link.openData(Routes.none()));
            target.awaitCounted(before, Map.of());
            assertThat(data.isOpen()).isTrue();
            assertThat(data.closed()).isNotDone();
            link.close();
        }
    }
}
