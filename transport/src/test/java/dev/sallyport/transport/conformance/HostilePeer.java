package dev.sallyport.transport.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.sallyport.proto.v1.Goodbye;
import dev.sallyport.proto.v1.HelloParams;
import dev.sallyport.proto.v1.Lane;
import dev.sallyport.transport.Patience;
import dev.sallyport.transport.RejectReason;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/** A worker's end of SWP/1 over a bare socket, with keys of its own, that can be wrong in any way. */
final class HostilePeer implements AutoCloseable {

    private static final int WAIT_MILLIS = (int) Patience.LIMIT.toMillis();

    final Socket socket;
    final DataInputStream in;
    final Identity identity;
    Lane lane = Lane.LANE_DATA;
    byte[] transcript = {};
    byte[] sessionId = {};
    byte[] keyOut = new byte[32];
    byte[] keyIn = new byte[32];
    long anchorNanos = System.nanoTime();
    long nextSeq;
    byte[] lastHello = {};
    byte[] lastChallenge = {};
    byte[] lastFinish = {};
    private long nextReceived;

    private HostilePeer(Socket socket, Identity identity) throws IOException {
        this.socket = socket;
        this.in = new DataInputStream(socket.getInputStream());
        this.identity = identity;
        socket.setSoTimeout(WAIT_MILLIS);
        socket.setTcpNoDelay(true);
    }

    /** Connects, and says nothing. */
    static HostilePeer connect(Identity identity) {
        InetSocketAddress address = identity.address();
        try {
            return new HostilePeer(new Socket(address.getAddress(), address.getPort()), identity);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Speaks over a connection that was accepted. */
    static HostilePeer over(Socket socket, Identity identity) throws IOException {
        return new HostilePeer(socket, identity);
    }

    /** Connects and authenticates; READY has been read. */
    static HostilePeer open(Identity identity, Lane lane) {
        HostilePeer peer = connect(identity);
        peer.lane = lane;
        peer.send(peer.hello());
        peer.readChallenge();
        peer.send(peer.finish());
        peer.readReady();
        return peer;
    }

    // ---- what it says ----

    HelloParams.Builder helloParams() {
        return HelloParams.newBuilder()
                .setSchemaMin(1)
                .setSchemaMax(1)
                .setWorkerId(identity.bundle.getWorkerId())
                .setIncarnation(identity.bundle.getIncarnation())
                .setGroupId(identity.bundle.getGroupId())
                .setPid(4711)
                .setLane(lane);
    }

    WireFrame helloFrame(byte[] keyId, byte[] params) {
        byte[] nonce = new byte[32];
        ThreadLocalRandom.current().nextBytes(nonce);
        WireFrame hello = new WireFrame(1, 0, 0);
        hello.payload = ByteBuffer.allocate(48 + params.length)
                .put(keyId)
                .put(nonce)
                .put(params)
                .array();
        hello.time = System.currentTimeMillis();
        hello.key = identity.handshakeKey("w2s");
        hello.label = WireFrame.HANDSHAKE;
        hello.context = identity.th0();
        return hello;
    }

    byte[] hello() {
        return sent(helloFrame(identity.keyId(), helloParams().build().toByteArray()));
    }

    /** Makes this HELLO the one that the handshake goes on with. */
    byte[] sent(WireFrame hello) {
        lastHello = hello.bytes();
        transcript = Identity.sha256(identity.th0(), lastHello);
        return lastHello;
    }

    WireFrame finishFrame() {
        WireFrame finish = new WireFrame(3, 0, 0);
        finish.time = System.currentTimeMillis();
        finish.key = identity.handshakeKey("w2s");
        finish.label = WireFrame.HANDSHAKE;
        finish.context = transcript;
        return finish;
    }

    byte[] finish() {
        lastFinish = finishFrame().bytes();
        transcript = Identity.sha256(transcript, lastFinish);
        keyOut = identity.sessionKey("w2s", transcript, sessionId);
        keyIn = identity.sessionKey("s2w", transcript, sessionId);
        return lastFinish;
    }

    /** A session frame that is right in every field; its SEQ is taken now, and its TIME is never ahead of a server's stopped clock. */
    WireFrame frame(int type, int kind, byte[] payload) {
        return new WireFrame(type, kind, 1)
                .payload(payload)
                .seq(nextSeq++)
                .time(Math.min(millis(), 3_000))
                .key(keyOut);
    }

    WireFrame calls(byte[] payload) {
        return frame(16, 100, payload);
    }

    long millis() {
        return (System.nanoTime() - anchorNanos) / 1_000_000;
    }

    void send(byte[]... chunks) {
        try {
            for (byte[] chunk : chunks) {
                socket.getOutputStream().write(chunk);
                socket.getOutputStream().flush();
            }
        } catch (SocketException closed) {
            // the other side closed early: what it said is judged by the reader
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void sayGoodbye() {
        Goodbye bye =
                Goodbye.newBuilder().setCode(RejectReason.OK_CLOSE.number()).build();
        send(frame(18, 0, bye.toByteArray()).bytes());
    }

    /** Says goodbye, waits until the other side has closed, and closes. */
    void leave() {
        sayGoodbye();
        readToEnd();
        close();
    }

    // ---- what it hears ----

    byte[] readFrameBytes() {
        try {
            int len = in.readInt();
            assertThat(len).isBetween(60, 60 + (64 << 20));
            byte[] bytes = new byte[4 + len];
            ByteBuffer.wrap(bytes).putInt(len);
            in.readFully(bytes, 4, len);
            return bytes;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void readChallenge() {
        byte[] bytes = readFrameBytes();
        lastChallenge = bytes;
        anchorNanos = System.nanoTime();
        WireFrame challenge = WireFrame.read(bytes, identity.handshakeKey("s2w"), WireFrame.HANDSHAKE, transcript);
        assertThat(challenge.type).isEqualTo(2);
        sessionId = Arrays.copyOf(challenge.payload, 16);
        transcript = Identity.sha256(transcript, bytes);
    }

    /** The next session frame, whose tag and SEQ are right. */
    WireFrame readFrame() {
        WireFrame frame = WireFrame.read(readFrameBytes(), keyIn, WireFrame.FRAME, new byte[0]);
        assertThat(frame.seq).isEqualTo(nextReceived++);
        return frame;
    }

    void readReady() {
        WireFrame ready = readFrame();
        assertThat(ready.type).isEqualTo(17);
        assertThat(ready.kind).isEqualTo(1);
    }

    /** Reads to the end of the stream, which must come; a reset is an end. */
    byte[] readToEnd() {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        try {
            byte[] chunk = new byte[64 * 1024];
            for (int n = in.read(chunk); n >= 0; n = in.read(chunk)) {
                all.write(chunk, 0, n);
            }
        } catch (SocketTimeoutException e) {
            throw new AssertionError("the connection was not closed", e);
        } catch (SocketException reset) {
            return all.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return all.toByteArray();
    }

    /** Fails unless the connection is closed without another byte. */
    void expectSilentClose() {
        assertThat(readToEnd()).as("bytes to a peer that proved nothing").isEmpty();
    }

    /** Fails unless GOODBYE with this code ends the stream; what came before it may be answers. */
    List<WireFrame> expectGoodbye(RejectReason code) {
        List<WireFrame> before = new ArrayList<>();
        try {
            while (true) {
                WireFrame frame = readFrame();
                if (frame.type == 18) {
                    assertThat(RejectReason.ofNumber(
                                    Goodbye.parseFrom(frame.payload).getCode()))
                            .isEqualTo(code);
                    assertThat(readToEnd()).as("bytes behind GOODBYE").isEmpty();
                    return before;
                }
                before.add(frame);
            }
        } catch (InvalidProtocolBufferException e) {
            throw new UncheckedIOException(e);
        } catch (UncheckedIOException e) {
            if (e.getCause() instanceof EOFException) {
                throw new AssertionError("the stream ended without GOODBYE(" + code + ")", e);
            }
            throw e;
        }
    }

    static ByteString random(int size) {
        byte[] bytes = new byte[size];
        ThreadLocalRandom.current().nextBytes(bytes);
        return ByteString.copyFrom(bytes);
    }

    void reset() {
        try {
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void endOutput() {
        try {
            socket.shutdownOutput();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
