package dev.sallyport.transport.observe;

import dev.sallyport.transport.CallException;
import dev.sallyport.transport.Connection;
import dev.sallyport.transport.Deadline;
import dev.sallyport.transport.HandlerException;
import dev.sallyport.transport.MethodDescriptor;
import dev.sallyport.transport.PeerId;
import dev.sallyport.transport.PeerSpec;
import dev.sallyport.transport.RejectReason;
import dev.sallyport.transport.Routes;
import dev.sallyport.transport.Transport;
import dev.sallyport.transport.TransportConfig;
import dev.sallyport.transport.TransportObserver;
import dev.sallyport.transport.TransportServer;
import dev.sallyport.transport.loopback.LoopbackTransport;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import jdk.jfr.Recording;
import org.jspecify.annotations.Nullable;

/** A server and a client that tell one observer of each kind of event; run by tests, in this process or in one of its own. */
final class ObservedRun {

    private static final MethodDescriptor<byte[], byte[]> ECHO = MethodDescriptor.ofBytes("observed/echo");
    private static final MethodDescriptor<byte[], byte[]> FAIL = MethodDescriptor.ofBytes("observed/fail");
    private static final MethodDescriptor<byte[], byte[]> CHOSEN = MethodDescriptor.ofBytes("chosen-by-the-peer");

    private ObservedRun() {}

    /** Records the events of a run into a file. */
    public static void main(String[] args) throws Exception {
        try (Recording recording = new Recording()) {
            recording.enable("sallyport.Call");
            recording.start();
            run(FlightRecorder.create(Duration.ZERO));
            recording.stop();
            recording.dump(java.nio.file.Path.of(args[0]));
        }
    }

    static void run(TransportObserver observer) {
        CompletableFuture<Void> refused = new CompletableFuture<>();
        TransportObserver told = observer.and(new TransportObserver() {
            @Override
            public void rejected(RejectReason reason, @Nullable PeerId peer, String cause) {
                if (reason == RejectReason.E_AUTH) {
                    refused.complete(null);
                }
            }
        });
        TransportConfig config = TransportConfig.builder().observer(told).build();
        Routes routes = Routes.builder()
                .on(ECHO, (call, request) -> request)
                .on(FAIL, (call, request) -> {
                    throw new HandlerException("no", request);
                })
                .build();
        try (Transport transport = LoopbackTransport.create(config)) {
            TransportServer server = transport.bind(routes);
            PeerSpec spec = PeerSpec.of("group", "worker").mayCall(ECHO, FAIL, CHOSEN);
            try (Connection worker = transport.connect(server.issue(spec), Routes.none())) {
                Deadline deadline = Deadline.after(Duration.ofMinutes(1));
                worker.call(ECHO, new byte[1], deadline).join();
                failing(worker, FAIL, deadline);
                failing(worker, CHOSEN, deadline);
            }
            PeerSpec revoked = PeerSpec.of("group", "revoked");
            var credential = server.issue(revoked);
            server.revoke(revoked.id());
            // it would try for its whole time: the transport closes under it
            CompletableFuture<?> unused =
                    CompletableFuture.runAsync(() -> transport.connect(credential, Routes.none()));
            refused.join();
        }
    }

    private static void failing(Connection worker, MethodDescriptor<byte[], byte[]> method, Deadline deadline) {
        try {
            worker.call(method, new byte[1], deadline).join();
        } catch (CompletionException | CallException meant) {
            // counted by its outcome
        }
    }
}
