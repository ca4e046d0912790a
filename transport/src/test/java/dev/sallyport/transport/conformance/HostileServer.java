package dev.sallyport.transport.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.proto.v1.ChallengeParams;
import dev.sallyport.transport.Credential;
import dev.sallyport.transport.Patience;
import dev.sallyport.transport.PeerId;
import dev.sallyport.transport.keys.HandMadeCredential;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.util.Arrays;
import java.util.Optional;

/** A listening socket that plays the supervisor by hand, and a credential that leads to it. */
final class HostileServer implements AutoCloseable {

    private final ServerSocket listening;
    final Credential credential;
    final Identity identity;

    HostileServer(int connectDeadlineMillis) {
        try {
            listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
            listening.setSoTimeout((int) Patience.LIMIT.toMillis());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        credential = HandMadeCredential.at(address(), new PeerId("group", "lured", 1), connectDeadlineMillis);
        identity = Identity.of(credential);
    }

    InetSocketAddress address() {
        return (InetSocketAddress) listening.getLocalSocketAddress();
    }

    /** The next connection, on which nothing was said yet. */
    Accepted accept() {
        try {
            return new Accepted(listening.accept(), identity);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The next connection, on which nothing was said yet; none when the server is closed while it waits for one. */
    Optional<Accepted> acceptUntilClosed() {
        while (true) {
            try {
                return Optional.of(new Accepted(listening.accept(), identity));
            } catch (SocketException closed) {
                return Optional.empty();
            } catch (UncheckedIOException gaveUp) {
                // connected too late to say HELLO: the next one, or the end
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** The next connection, authenticated and with READY sent. */
    Accepted open() {
        Accepted accepted = accept();
        accepted.peer.send(accepted.challenge());
        accepted.readFinish();
        accepted.peer.send(accepted.ready());
        return accepted;
    }

    @Override
    public void close() {
        try {
            listening.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The server's end of one connection; HELLO has been read and verified. */
    static final class Accepted implements AutoCloseable {

        final HostilePeer peer;
        private final Identity identity;
        final byte[] hello;

        private Accepted(Socket socket, Identity identity) throws IOException {
            this.peer = HostilePeer.over(socket, identity);
            this.identity = identity;
            this.hello = peer.readFrameBytes();
            WireFrame read = WireFrame.read(hello, identity.handshakeKey("w2s"), WireFrame.HANDSHAKE, identity.th0());
            assertThat(read.type).isEqualTo(1);
            peer.transcript = Identity.sha256(identity.th0(), hello);
        }

        WireFrame challengeFrame(ChallengeParams params) {
            byte[] tail = params.toByteArray();
            byte[] prefix = HostilePeer.random(48).toByteArray();
            byte[] payload = Arrays.copyOf(prefix, prefix.length + tail.length);
            System.arraycopy(tail, 0, payload, prefix.length, tail.length);
            WireFrame frame = new WireFrame(2, 0, 0);
            frame.payload = payload;
            frame.time = System.currentTimeMillis();
            frame.key = identity.handshakeKey("s2w");
            frame.label = WireFrame.HANDSHAKE;
            frame.context = peer.transcript;
            return frame;
        }

        ChallengeParams.Builder params() {
            return ChallengeParams.newBuilder()
                    .setSchema(1)
                    .setMaxPayload(identity.bundle.getMaxPayloadBytes())
                    .setTtlMs(identity.bundle.getTtlMs());
        }

        byte[] challenge() {
            return sent(challengeFrame(params().build()));
        }

        byte[] sent(WireFrame challenge) {
            byte[] bytes = challenge.bytes();
            peer.sessionId = Arrays.copyOf(challenge.payload, 16);
            peer.transcript = Identity.sha256(peer.transcript, bytes);
            peer.anchorNanos = System.nanoTime();
            return bytes;
        }

        void readFinish() {
            byte[] finish = peer.readFrameBytes();
            WireFrame read = WireFrame.read(finish, identity.handshakeKey("w2s"), WireFrame.HANDSHAKE, peer.transcript);
            assertThat(read.type).isEqualTo(3);
            peer.transcript = Identity.sha256(peer.transcript, finish);
            peer.keyOut = identity.sessionKey("s2w", peer.transcript, peer.sessionId);
            peer.keyIn = identity.sessionKey("w2s", peer.transcript, peer.sessionId);
        }

        byte[] ready() {
            return peer.frame(17, 1, new byte[0]).bytes();
        }

        @Override
        public void close() {
            peer.close();
        }
    }
}
