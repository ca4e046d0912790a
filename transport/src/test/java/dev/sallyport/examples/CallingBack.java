package dev.sallyport.examples;

import dev.sallyport.proto.v1.WorkerStatus;
import dev.sallyport.transport.Connection;
import dev.sallyport.transport.Deadline;
import dev.sallyport.transport.MethodDescriptor;
import dev.sallyport.transport.PeerId;
import dev.sallyport.transport.PeerListener;
import dev.sallyport.transport.PeerSpec;
import dev.sallyport.transport.Routes;
import dev.sallyport.transport.Transport;
import dev.sallyport.transport.TransportConfig;
import dev.sallyport.transport.loopback.LoopbackTransport;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

public class CallingBack {

    static final MethodDescriptor<byte[], byte[]> PRICE = MethodDescriptor.ofBytes("worker/price");
    static final MethodDescriptor<byte[], byte[]> RATE = MethodDescriptor.ofBytes("server/rate");
    static final MethodDescriptor<byte[], byte[]> ERASE = MethodDescriptor.ofBytes("server/erase");

    public static void main(String[] args) throws Exception {
        CompletableFuture<Connection> back = new CompletableFuture<>();
        Routes ofWorker = Routes.builder() // what is left of the deadline goes on with the call
                .on(
                        PRICE,
                        (call, item) ->
                                back.get().call(RATE, item, call.deadline()).get())
                .build();
        Routes ofServer = Routes.builder().on(RATE, (call, item) -> item).build();
        CompletableFuture<PeerId> ready = new CompletableFuture<>();
        PeerListener listener = new PeerListener() {
            @Override
            public void statusReported(PeerId peer, WorkerStatus status) {
                ready.complete(peer);
            }
        };
        try (Transport transport = LoopbackTransport.create(TransportConfig.defaults())) {
            var server = transport.bind(ofServer, listener);
            var credential = server.issue(PeerSpec.of("pricing", "p1").mayCall(RATE)); // and nothing else
            back.complete(transport.connect(credential, ofWorker));
            Deadline deadline = Deadline.after(Duration.ofSeconds(5));
            Connection worker = server.connection(ready.get());
            System.out.println(worker.call(PRICE, new byte[9], deadline).get().length);
            var denied = back.get().call(ERASE, new byte[0], deadline);
            System.out.println(
                    denied.handle((reply, failure) -> failure.getMessage()).get());
        }
    }
}
