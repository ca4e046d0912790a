package dev.sallyport.transport.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.proto.WireSpec;
import dev.sallyport.proto.v1.Lane;
import dev.sallyport.transport.RejectReason;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** Plays cases against a server and holds each to everything that is expected of all of them. */
final class CaseRunner {

    /** Live bytes of buffers that a connection may cost before it has authenticated: what it sends, and the one frame that answers it. */
    private static final long PRE_AUTH_BYTES =
            WireSpec.PRE_AUTH_BUFFER_BYTES + WireSpec.LEN_BYTES + WireSpec.LEN_MAX_HANDSHAKE;

    /** The same of an open session: the largest frame, and 64 KiB. */
    private static final long SESSION_BYTES = (1 << 20) + 64 * 1024;

    private final Cases cases = Cases.load();
    private final ServerUnderTest target;

    CaseRunner(ServerUnderTest target) {
        this.target = target;
    }

    /** Plays every variant of an id. */
    void run(String id) {
        for (JsonNode variant : cases.of(id)) {
            try {
                play(variant);
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError(id + ", " + variant.get("name").asString() + ": " + e.getMessage(), e);
            }
        }
    }

    /** Plays all there is, and looks at the wire alone: others may be busy meanwhile. */
    void playAll() {
        for (JsonNode variant : cases.all()) {
            Identity identity = target.issue();
            try (HostilePeer peer = start(identity, variant.get("start").asString())) {
                new CaseSteps(peer).send(variant.get("send"));
                wire(peer, variant.get("expect"));
            }
            target.server.revoke(ServerUnderTest.id(identity));
        }
    }

    private void play(JsonNode variant) {
        Identity identity = target.issue();
        Map<String, Integer> before = target.observer.counts();
        int opened = target.observer.opened.get();
        long live = target.allocator.live();
        target.allocator.resetPeak();
        boolean stranger = !variant.get("start").asString().startsWith("open");
        try (HostilePeer peer = start(identity, variant.get("start").asString())) {
            new CaseSteps(peer).send(variant.get("send"));
            JsonNode expect = variant.get("expect");
            wire(peer, expect);
            target.awaitCounted(before, counted(expect));
            if (stranger && expect.has("code")) {
                assertThat(target.observer.opened.get()).as("sessions opened").isEqualTo(opened);
            }
            assertThat(target.allocator.peak() - live)
                    .as("bytes of buffers")
                    .isLessThanOrEqualTo(stranger && expect.has("code") ? PRE_AUTH_BYTES : SESSION_BYTES);
        }
        target.server.revoke(ServerUnderTest.id(identity));
        target.awaitQuiet(live);
        target.noSecretWasTold();
    }

    private static HostilePeer start(Identity identity, String state) {
        switch (state) {
            case "connected" -> {
                return HostilePeer.connect(identity);
            }
            case "challenged" -> {
                HostilePeer peer = HostilePeer.connect(identity);
                peer.send(peer.hello());
                peer.readChallenge();
                return peer;
            }
            case "open control" -> {
                return HostilePeer.open(identity, Lane.LANE_CONTROL);
            }
            case "open data" -> {
                return HostilePeer.open(identity, Lane.LANE_DATA);
            }
            default -> throw new IllegalArgumentException(state);
        }
    }

    private static Map<String, Integer> counted(JsonNode expect) {
        if (!expect.has("code")) {
            return Map.of();
        }
        String code = expect.get("code").asString();
        return Map.of(expect.has("cause") ? code + "(" + expect.get("cause").asString() + ")" : code, 1);
    }

    private static void wire(HostilePeer peer, JsonNode expect) {
        switch (expect.get("wire").asString()) {
            case "silent" -> peer.expectSilentClose();
            case "goodbye" -> {
                RejectReason code = RejectReason.valueOf(expect.get("code").asString());
                peer.expectGoodbye(code);
            }
            case "gone" -> {}
            case "answers" -> {
                answers(peer, expect.get("answers").asInt());
                orderly(peer);
            }
            case "open" -> orderly(peer);
            default -> throw new IllegalArgumentException(expect.toString());
        }
    }

    /** So many echoes come back, in whatever frames. */
    private static void answers(HostilePeer peer, int expected) {
        int seen = 0;
        while (seen < expected) {
            seen += Messages.of(peer.readFrame().payload).getMessagesCount();
        }
        assertThat(seen).isEqualTo(expected);
    }

    /** The session works: it ends in order and nothing is counted. */
    private static void orderly(HostilePeer peer) {
        peer.sayGoodbye();
        peer.readToEnd();
    }
}
