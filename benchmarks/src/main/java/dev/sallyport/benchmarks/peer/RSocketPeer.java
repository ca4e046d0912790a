package dev.sallyport.benchmarks.peer;

import io.rsocket.Payload;
import io.rsocket.RSocket;
import io.rsocket.SocketAcceptor;
import io.rsocket.core.RSocketConnector;
import io.rsocket.core.RSocketServer;
import io.rsocket.frame.decoder.PayloadDecoder;
import io.rsocket.transport.netty.client.TcpClientTransport;
import io.rsocket.transport.netty.server.CloseableChannel;
import io.rsocket.transport.netty.server.TcpServerTransport;
import io.rsocket.util.ByteBufPayload;
import java.util.Objects;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Mono;

/** RSocket request/response over TCP with the zero-copy decoder, pooled payloads, no fragmentation and no lease. */
final class RSocketPeer implements Peer {

    @Override
    public String name() {
        return "rsocket";
    }

    @Override
    public Server serve() {
        CloseableChannel channel = RSocketServer.create(SocketAcceptor.forRequestResponse(Mono::just))
                .payloadDecoder(PayloadDecoder.ZERO_COPY)
                .bindNow(TcpServerTransport.create("127.0.0.1", 0));
        return new Listening(channel);
    }

    @Override
    public Client connect(String address) {
        RSocket socket = RSocketConnector.create()
                .payloadDecoder(PayloadDecoder.ZERO_COPY)
                .connect(TcpClientTransport.create("127.0.0.1", Integer.parseInt(address)))
                .block();
        return new Connected(Objects.requireNonNull(socket));
    }

    private record Listening(CloseableChannel channel) implements Server {
        @Override
        public String address() {
            return "" + channel.address().getPort();
        }

        @Override
        public void close() {
            channel.dispose();
        }
    }

    private record Connected(RSocket socket) implements Client {
        @Override
        public void echo(byte[] payload, Completion completion) {
            socket.requestResponse(ByteBufPayload.create(payload)).subscribe(new Reply(completion));
        }

        @Override
        public void close() {
            socket.dispose();
        }
    }

    private record Reply(Completion completion) implements CoreSubscriber<Payload> {
        @Override
        public void onSubscribe(Subscription subscription) {
            subscription.request(Long.MAX_VALUE);
        }

        @Override
        public void onNext(Payload reply) {
            try {
                completion.received(reply.sliceData().nioBuffer(), true);
            } finally {
                reply.release();
            }
        }

        @Override
        public void onError(Throwable cause) {
            completion.failed(cause);
        }

        @Override
        public void onComplete() {}
    }
}
