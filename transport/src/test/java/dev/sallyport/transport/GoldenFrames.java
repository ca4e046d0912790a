package dev.sallyport.transport;

import dev.sallyport.transport.keys.GoldenVector;
import java.io.ByteArrayOutputStream;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/** The frames of the golden vectors as seeds of fuzz targets. */
public final class GoldenFrames {

    private GoldenFrames() {}

    /** What one side sends in one handshake and session, for each side of each lane of each vector. */
    public static Stream<byte[]> sessions() {
        return GoldenVector.all()
                .flatMap(vector -> Stream.of(Lane.values())
                        .flatMap(lane -> Stream.of(ofWorker(vector, lane), ofSupervisor(vector, lane))));
    }

    /** The negative frames. */
    public static Stream<byte[]> negatives() {
        return GoldenVector.negativeFrames().stream()
                .map(node -> HexFormat.of().parseHex(node.get("frame").asString()));
    }

    public static byte[] ofWorker(GoldenVector vector, Lane lane) {
        return joined(Stream.concat(
                Stream.of(bytes(vector, lane, "hello"), bytes(vector, lane, "finish")), workerFrames(vector, lane)));
    }

    public static byte[] ofSupervisor(GoldenVector vector, Lane lane) {
        return joined(Stream.concat(Stream.of(bytes(vector, lane, "challenge")), supervisorFrames(vector, lane)));
    }

    /** The session frames of a worker, in order. */
    public static Stream<byte[]> workerFrames(GoldenVector vector, Lane lane) {
        if (lane == Lane.CONTROL) {
            return Stream.of(bytes(vector, lane, "stop_ack"), bytes(vector, lane, "goodbye"));
        }
        return vector.node()
                .at("/lanes/data/data")
                .valueStream()
                .map(hex -> HexFormat.of().parseHex(hex.asString()));
    }

    /** The session frames of a supervisor, in order. */
    public static Stream<byte[]> supervisorFrames(GoldenVector vector, Lane lane) {
        List<String> names = lane == Lane.CONTROL ? List.of("ready", "stop") : List.of("ready");
        return names.stream().map(name -> bytes(vector, lane, name));
    }

    public static byte[] joined(Stream<byte[]> frames) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        frames.forEach(all::writeBytes);
        return all.toByteArray();
    }

    /** A stream behind the bytes by which it steers a target. */
    public static byte[] behind(byte[] stream, int... steering) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (int octet : steering) {
            all.write(octet);
        }
        all.writeBytes(stream);
        return all.toByteArray();
    }

    private static byte[] bytes(GoldenVector vector, Lane lane, String name) {
        return vector.hex("lanes/" + (lane == Lane.CONTROL ? "control/" : "data/") + name);
    }
}
