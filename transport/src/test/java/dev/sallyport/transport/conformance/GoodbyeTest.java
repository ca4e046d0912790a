package dev.sallyport.transport.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.proto.v1.Goodbye;
import dev.sallyport.proto.v1.Lane;
import dev.sallyport.transport.NoLeaks;
import dev.sallyport.transport.PeerId;
import dev.sallyport.transport.PeerListener;
import dev.sallyport.transport.RejectReason;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What a server believes of a worker's GOODBYE. */
@ExtendWith(NoLeaks.class)
class GoodbyeTest {

    /** Only the supervisor can know these. */
    private static final Set<RejectReason> VERDICTS =
            EnumSet.of(RejectReason.E_SUPERSEDED, RejectReason.E_REVOKED, RejectReason.E_LIMIT);

    @Test
    @DisplayName("E_SEMANTIC a worker that gives a verdict in its GOODBYE is not believed, on either lane")
    void E_SEMANTIC_aWorkerGivesAVerdict() {
        List<RejectReason> told = new CopyOnWriteArrayList<>();
        PeerListener listener = new PeerListener() {
            @Override
            public void laneClosed(PeerId peer, dev.sallyport.transport.Lane lane, RejectReason reason) {
                if (peer.group().equals("group")) {
                    told.add(reason);
                }
            }
        };
        try (ServerUnderTest target = new ServerUnderTest(config -> {}, listener)) {
            Identity identity = target.issue();
            for (RejectReason reason : RejectReason.values()) {
                boolean believed = reason.scope() == RejectReason.Scope.SESSION && !VERDICTS.contains(reason);
                Lane lane = reason.number() % 2 == 0 ? Lane.LANE_DATA : Lane.LANE_CONTROL;
                Map<String, Integer> before = target.observer.counts();
                told.clear();
                try (HostilePeer peer = HostilePeer.open(identity, lane)) {
                    peer.send(peer.frame(18, 0, saying(reason)).bytes());
                    peer.expectGoodbye(believed ? RejectReason.OK_CLOSE : RejectReason.E_SEMANTIC);
                }
                Awaitility.await().until(() -> !told.isEmpty());
                assertThat(told).as("GOODBYE(%s)", reason).containsExactly(believed ? reason : RejectReason.E_SEMANTIC);
                target.awaitCounted(before, believed ? Map.of() : Map.of("E_SEMANTIC", 1));
            }
        }
    }

    private static byte[] saying(RejectReason reason) {
        return Goodbye.newBuilder().setCode(reason.number()).build().toByteArray();
    }
}
