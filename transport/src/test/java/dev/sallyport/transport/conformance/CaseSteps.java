package dev.sallyport.transport.conformance;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.sallyport.proto.v1.HelloParams;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** Turns the steps of a case into bytes; {@code /cases/README.md} describes the language. */
final class CaseSteps {

    private final HostilePeer peer;
    private final List<byte[]> made = new ArrayList<>();

    CaseSteps(HostilePeer peer) {
        this.peer = peer;
    }

    /** Sends everything of the case. */
    void send(JsonNode steps) {
        ByteArrayOutputStream together = new ByteArrayOutputStream();
        for (JsonNode step : steps.values()) {
            if (step.has("end")) {
                flush(together);
                end(step.get("end").asString());
                return;
            }
            if (step.has("await")) {
                flush(together);
                await(step.get("await").asString());
                continue;
            }
            int times = step.path("times").asInt(1);
            for (int i = 0; i < times; i++) {
                byte[] bytes = bytes(step);
                made.add(bytes);
                together.writeBytes(bytes);
                if (step.path("bytewise").asBoolean(false)) {
                    bytewise(together);
                }
            }
        }
        flush(together);
    }

    private void flush(ByteArrayOutputStream together) {
        if (together.size() > 0) {
            peer.send(together.toByteArray());
            together.reset();
        }
    }

    private void bytewise(ByteArrayOutputStream together) {
        for (byte b : together.toByteArray()) {
            peer.send(new byte[] {b});
        }
        together.reset();
    }

    private void end(String how) {
        if (how.equals("reset")) {
            peer.reset();
        } else {
            peer.endOutput();
        }
    }

    private void await(String what) {
        switch (what) {
            case "challenge" -> peer.readChallenge();
            case "ready" -> peer.readReady();
            default -> throw new IllegalArgumentException(what);
        }
    }

    private byte[] bytes(JsonNode step) {
        if (step.has("hex")) {
            return HexFormat.of().parseHex(step.get("hex").asString());
        }
        if (step.has("text")) {
            return step.get("text").asString().getBytes(ISO_8859_1);
        }
        if (step.has("zeros")) {
            return new byte[step.get("zeros").asInt()];
        }
        if (step.has("again")) {
            return made.get(step.get("again").asInt());
        }
        if (step.has("echo_challenge")) {
            return peer.lastChallenge;
        }
        if (step.has("hello")) {
            return hello(step.get("hello"));
        }
        if (step.has("finish")) {
            return changed(peer.finishFrame(), step.get("finish"), true);
        }
        return frame(step.get("frame"));
    }

    private byte[] hello(JsonNode spec) {
        HelloParams.Builder params = peer.helloParams();
        JsonNode changes = spec.path("params");
        if (changes.has("group")) {
            params.setGroupId(changes.get("group").asString());
        }
        if (changes.has("worker")) {
            params.setWorkerId(changes.get("worker").asString());
        }
        if (changes.has("incarnation")) {
            params.setIncarnation(changes.get("incarnation").asLong());
        }
        if (changes.has("lane")) {
            params.setLaneValue(changes.get("lane").asInt());
        }
        if (changes.has("schema_min")) {
            params.setSchemaMin(changes.get("schema_min").asInt());
            params.setSchemaMax(changes.get("schema_max").asInt());
        }
        byte[] keyId = peer.identity.keyId();
        if (spec.path("key_id").asString("").equals("unknown")) {
            keyId[0] ^= 1;
        }
        byte[] appended = HexFormat.of().parseHex(changes.path("append").asString(""));
        byte[] known = params.build().toByteArray();
        byte[] all = Arrays.copyOf(known, known.length + appended.length);
        System.arraycopy(appended, 0, all, known.length, appended.length);
        WireFrame hello = peer.helloFrame(keyId, all);
        byte[] bytes = changed(hello, spec, true);
        peer.lastHello = bytes;
        peer.transcript = Identity.sha256(peer.identity.th0(), bytes);
        return bytes;
    }

    private byte[] frame(JsonNode spec) {
        WireFrame frame =
                peer.frame(spec.path("type").asInt(16), spec.path("kind").asInt(100), new byte[0]);
        return changed(frame, spec, false);
    }

    private byte[] changed(WireFrame frame, JsonNode spec, boolean handshake) {
        frame.version = spec.path("version").asInt(frame.version);
        frame.type = spec.path("type").asInt(frame.type);
        frame.kind = spec.path("kind").asInt(frame.kind);
        frame.schema = spec.path("schema").asInt(frame.schema);
        frame.flags = spec.path("flags").asInt(0);
        frame.epoch = spec.path("epoch").asInt(0);
        if (spec.has("seq")) {
            frame.seq = Long.parseUnsignedLong(spec.get("seq").asString());
        }
        if (spec.has("seq_skip")) {
            frame.seq += spec.get("seq_skip").asLong();
            peer.nextSeq = frame.seq + 1;
        }
        if (spec.has("time")) {
            frame.time = Long.parseUnsignedLong(spec.get("time").asString());
        }
        if (spec.has("time_shift")) {
            frame.time = (handshake ? frame.time : peer.millis())
                    + spec.get("time_shift").asLong();
        }
        if (spec.has("payload")) {
            frame.payload = HexFormat.of().parseHex(spec.get("payload").asString());
        }
        if (spec.has("len")) {
            frame.len = spec.get("len").asLong();
        }
        if (spec.has("key")) {
            frame.key = key(spec.get("key").asString());
        }
        if (spec.has("label")) {
            boolean hs = spec.get("label").asString().equals("hs");
            frame.label = hs ? WireFrame.HANDSHAKE : WireFrame.FRAME;
            frame.context = hs && !handshake ? peer.transcript : frame.context;
        }
        byte[] bytes = frame.bytes();
        if (spec.has("swapped")) {
            byte[] other = HexFormat.of().parseHex(spec.get("swapped").asString());
            System.arraycopy(other, 0, bytes, WireFrame.HEADER, other.length);
        }
        return damaged(bytes, spec);
    }

    private byte[] key(String name) {
        return switch (name) {
            case "s2w" -> peer.keyIn;
            case "hs_w2s" -> peer.identity.handshakeKey("w2s");
            case "hs_s2w" -> peer.identity.handshakeKey("s2w");
            case "base_w2s" -> peer.identity.base("w2s");
            case "zero" -> new byte[32];
            default -> throw new IllegalArgumentException(name);
        };
    }

    private static byte[] damaged(byte[] bytes, JsonNode spec) {
        if (spec.has("flip")) {
            int bit = spec.get("flip").asInt();
            int at = bit < 0 ? bytes.length + Math.floorDiv(bit, 8) : bit / 8;
            bytes[at] ^= (byte) (1 << Math.floorMod(bit, 8));
        }
        int tag = bytes.length - WireFrame.TAG;
        switch (spec.path("tag").asString("")) {
            case "zero" -> Arrays.fill(bytes, tag, bytes.length, (byte) 0);
            case "first16" -> Arrays.fill(bytes, tag + 16, bytes.length, (byte) 0);
            case "last16" -> Arrays.fill(bytes, tag, tag + 16, (byte) 0);
            default -> {}
        }
        return spec.has("cut") ? Arrays.copyOf(bytes, spec.get("cut").asInt()) : bytes;
    }
}
