package dev.sallyport.supervisor.local;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.sallyport.proto.v1.Bundle;
import dev.sallyport.proto.v1.HelloParams;
import dev.sallyport.proto.v1.Lane;
import dev.sallyport.proto.v1.StopAck;
import dev.sallyport.proto.v1.StopRequest;
import dev.sallyport.transport.keys.KeySchedule;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * A proxy on the wire between one worker and its supervisor, which can lose, hold and repeat what passes. Without the worker's keys it could do
 * nothing, since the port is part of the transcript; so it is handed the bundle, and gives every frame that passes a new tag. Written by
 * hand after protocol.md, sections 2 to 4.
 */
public final class Relay implements AutoCloseable {

    private static final byte[] HANDSHAKE = "SWP1hs\0\0".getBytes(US_ASCII);
    private static final byte[] FRAME = "SWP1fr\0\0".getBytes(US_ASCII);
    private static final int PREFIX = 9;
    private static final int HASH = 32;
    private static final int HEADER = 32;
    private static final int SEQ = 12;
    private static final int HELLO_PREFIX = 48;
    private static final int CONTROL = 17;
    private static final int DATA = 16;
    private static final int STOP = 10;
    private static final int STOP_ACK = 11;

    /** Kinds of the control frames that reached the worker, heartbeats left out. */
    final List<Integer> toWorker = new CopyOnWriteArrayList<>();

    final List<StopRequest> stops = new CopyOnWriteArrayList<>();
    final List<StopAck> acks = new CopyOnWriteArrayList<>();
    final AtomicInteger sessions = new AtomicInteger();

    /** How many stop orders are still to be followed by the loss of the control connection. */
    final AtomicInteger cutsAfterStop = new AtomicInteger();

    /** How many stop orders are still to be passed on twice. */
    final AtomicInteger repeats = new AtomicInteger();

    /** How many answers of the worker are still to be cut in the middle, and the data connection with them. */
    final AtomicInteger cutsInAnswer = new AtomicInteger();

    /** While it is not open, no handshake of a control connection ends. */
    volatile CountDownLatch gate = new CountDownLatch(0);

    private final ServerSocket listening;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private volatile Bundle bundle = Bundle.getDefaultInstance();
    private volatile int upstreamPort;

    public Relay() {
        try {
            listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        daemon(this::acceptAll);
    }

    /** The same bundle, with this proxy's port. */
    public byte[] lure(byte[] published) {
        try {
            bundle = Bundle.parseFrom(Arrays.copyOfRange(published, PREFIX, published.length - HASH));
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError(e);
        }
        upstreamPort = bundle.getPort();
        byte[] body =
                bundle.toBuilder().setPort(listening.getLocalPort()).build().toByteArray();
        byte[] head = ByteBuffer.allocate(PREFIX + body.length)
                .put(published, 0, PREFIX - 4)
                .putInt(body.length)
                .put(body)
                .array();
        return join(head, sha256(head));
    }

    /** From now on connections lead to another server. */
    public void leadTo(int port) {
        upstreamPort = port;
    }

    /** Resets every connection. */
    public void cutAll() {
        open.forEach(Relay::reset);
    }

    private void acceptAll() {
        try {
            while (true) {
                Socket worker = listening.accept();
                daemon(() -> relay(worker));
            }
        } catch (IOException e) {
            // closed
        }
    }

    private void relay(Socket worker) {
        open.add(worker);
        try (Socket server = new Socket(InetAddress.getLoopbackAddress(), upstreamPort)) {
            open.add(server);
            new Link(worker, server).run();
        } catch (IOException e) {
            // one side has ended, and so has the other
        } finally {
            reset(worker);
        }
    }

    private static void reset(Socket socket) {
        try {
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (IOException e) {
            // it was closed
        }
    }

    private static void daemon(Runnable task) {
        Thread thread = new Thread(task, "relay");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() {
        try {
            listening.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        cutAll();
    }

    /** One connection of the worker, and the one to the server that belongs to it. */
    private final class Link {

        private final Socket worker;
        private final Socket server;
        private final byte[] address = bundle.getAddress().toByteArray();
        private final byte[] boot = bundle.getBootId().toByteArray();
        private byte[] toWorkerKey = {};
        private byte[] toServerKey = {};
        private Lane lane = Lane.LANE_UNSPECIFIED;

        Link(Socket worker, Socket server) {
            this.worker = worker;
            this.server = server;
        }

        void run() throws IOException {
            byte[] thWorker = KeySchedule.th0(boot, address, listening.getLocalPort());
            byte[] thServer = KeySchedule.th0(boot, address, upstreamPort);
            byte[] workerHs = expand(bundle.getBaseW2S(), "hs");
            byte[] serverHs = expand(bundle.getBaseS2W(), "hs");

            byte[] hello = read(worker);
            lane = HelloParams.parseFrom(Arrays.copyOfRange(hello, HEADER + HELLO_PREFIX, hello.length - HASH))
                    .getLane();
            byte[] helloUp = tagged(hello, workerHs, HANDSHAKE, thServer);
            write(server, helloUp);
            thWorker = KeySchedule.next(thWorker, hello);
            thServer = KeySchedule.next(thServer, helloUp);

            byte[] challenge = read(server);
            byte[] session = Arrays.copyOfRange(challenge, HEADER, HEADER + 16);
            byte[] challengeDown = tagged(challenge, serverHs, HANDSHAKE, thWorker);
            write(worker, challengeDown);
            thWorker = KeySchedule.next(thWorker, challengeDown);
            thServer = KeySchedule.next(thServer, challenge);

            byte[] finish = read(worker);
            byte[] finishUp = tagged(finish, workerHs, HANDSHAKE, thServer);
            thWorker = KeySchedule.next(thWorker, finish);
            thServer = KeySchedule.next(thServer, finishUp);
            toWorkerKey = sessionKey(bundle.getBaseS2W(), "frame s2w", thWorker, session);
            toServerKey = sessionKey(bundle.getBaseW2S(), "frame w2s", thServer, session);
            if (lane == Lane.LANE_CONTROL) {
                awaitGate();
            }
            write(server, finishUp);
            sessions.incrementAndGet();
            daemon(this::serverToWorker);
            workerToServer();
        }

        private void awaitGate() {
            try {
                gate.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        private void serverToWorker() {
            long shift = 0;
            try {
                while (true) {
                    byte[] frame = read(server);
                    boolean stop = note(frame);
                    write(worker, tagged(shifted(frame, shift), toWorkerKey, FRAME, new byte[0]));
                    if (stop && repeats.getAndUpdate(Relay::oneLess) > 0) {
                        shift++;
                        write(worker, tagged(shifted(frame, shift), toWorkerKey, FRAME, new byte[0]));
                    }
                    if (stop && cutsAfterStop.getAndUpdate(Relay::oneLess) > 0) {
                        cut();
                    }
                }
            } catch (IOException e) {
                cut();
            }
        }

        private void workerToServer() throws IOException {
            while (true) {
                byte[] frame = read(worker);
                if (frame[5] == CONTROL && kind(frame) == STOP_ACK) {
                    acks.add(StopAck.parseFrom(payload(frame)));
                }
                byte[] tagged = tagged(frame, toServerKey, FRAME, new byte[0]);
                if (frame[5] == DATA && cutsInAnswer.getAndUpdate(Relay::oneLess) > 0) {
                    write(server, Arrays.copyOf(tagged, tagged.length / 2));
                    cut();
                    return;
                }
                write(server, tagged);
            }
        }

        private boolean note(byte[] frame) throws IOException {
            if (frame[5] != CONTROL || lane != Lane.LANE_CONTROL) {
                return false;
            }
            boolean stop = kind(frame) == STOP;
            if (stop) {
                stops.add(StopRequest.parseFrom(payload(frame)));
            }
            if (stop || kind(frame) == 1) {
                toWorker.add(kind(frame));
            }
            return stop;
        }

        private void cut() {
            reset(worker);
            reset(server);
        }
    }

    private static int oneLess(int count) {
        return Math.max(0, count - 1);
    }

    // frames

    private static byte[] read(Socket socket) throws IOException {
        DataInputStream in = new DataInputStream(socket.getInputStream());
        int length = in.readInt();
        byte[] frame = new byte[4 + length];
        ByteBuffer.wrap(frame).putInt(length);
        in.readFully(frame, 4, length);
        return frame;
    }

    private static void write(Socket socket, byte[] frame) throws IOException {
        OutputStream out = socket.getOutputStream();
        out.write(frame);
        out.flush();
    }

    private static int kind(byte[] frame) {
        return ByteBuffer.wrap(frame).getShort(6);
    }

    private static byte[] payload(byte[] frame) {
        return Arrays.copyOfRange(frame, HEADER, frame.length - HASH);
    }

    private static byte[] shifted(byte[] frame, long by) {
        byte[] copy = frame.clone();
        ByteBuffer.wrap(copy).putLong(SEQ, ByteBuffer.wrap(frame).getLong(SEQ) + by);
        return copy;
    }

    private static byte[] tagged(byte[] frame, byte[] key, byte[] label, byte[] context) {
        byte[] signed = Arrays.copyOf(frame, frame.length - HASH);
        return join(signed, hmac(key, label, context, signed));
    }

    // keys

    private static byte[] sessionKey(ByteString base, String label, byte[] th3, byte[] session) {
        return hmac(hmac(th3, expand(base, "session ikm")), info(label, session), new byte[] {1});
    }

    private static byte[] expand(ByteString base, String label) {
        return hmac(base.toByteArray(), info(label), new byte[] {1});
    }

    private static byte[] info(String label, byte[]... parts) {
        byte[] info = join("SWP1".getBytes(US_ASCII), new byte[] {(byte) label.length()});
        info = join(join(info, label.getBytes(US_ASCII)), new byte[] {(byte) parts.length});
        for (byte[] part : parts) {
            info = join(join(info, new byte[] {0, (byte) part.length}), part);
        }
        return info;
    }

    private static byte[] hmac(byte[] key, byte[]... parts) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            for (byte[] part : parts) {
                mac.update(part);
            }
            return mac.doFinal();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] join(byte[] first, byte[] second) {
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }
}
