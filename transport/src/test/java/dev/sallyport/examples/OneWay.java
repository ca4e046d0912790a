package dev.sallyport.examples;

import dev.sallyport.transport.Connection;
import dev.sallyport.transport.MethodDescriptor;
import dev.sallyport.transport.PeerSpec;
import dev.sallyport.transport.Routes;
import dev.sallyport.transport.Transport;
import dev.sallyport.transport.TransportConfig;
import dev.sallyport.transport.TransportServer;
import dev.sallyport.transport.loopback.LoopbackTransport;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

public class OneWay {

    static final MethodDescriptor<byte[], byte[]> NOTE = MethodDescriptor.ofBytes("demo/note");

    public static void main(String[] args) throws Exception {
        BlockingQueue<byte[]> notes = new LinkedBlockingQueue<>();
        Routes routes = Routes.builder()
                .on(NOTE, (call, note) -> {
                    notes.add(note);
                    return note; // goes nowhere
                })
                .build();
        try (Transport transport = LoopbackTransport.create(TransportConfig.defaults())) {
            TransportServer server = transport.bind(routes);
            var credential = server.issue(PeerSpec.of("notes", "n1").mayCall(NOTE));
            Connection connection = transport.connect(credential, Routes.none());
            connection.send(NOTE, new byte[7]).get(); // written, which says nothing of the other side
            System.out.println(notes.take().length);
        }
    }
}
