package dev.sallyport.benchmarks.peer;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * One way to carry a payload to another process and back, configured as its own documentation recommends for speed
 * ({@code docs/performance.md} says how for each).
 */
public interface Peer {

    /** Its name in results, and the argument that selects it. */
    String name();

    /** Starts the server side, which echoes. */
    Server serve() throws Exception;

    /** Connects one connection to {@code address}, in the form that {@link Server#address()} gave. */
    Client connect(String address) throws Exception;

    /** A listening server. */
    interface Server extends AutoCloseable {

        /** What a client in another process needs to know to connect: one line of text. */
        String address();

        @Override
        void close() throws IOException;
    }

    /** One connection. Calls may come from any thread, and from within a completion. */
    interface Client extends AutoCloseable {

        /** Sends {@code payload}, which must not change, and hears it back. Does not wait. */
        void echo(byte[] payload, Completion completion);

        /** Moves a large payload there and back, in pieces where the peer moves large payloads in pieces. */
        default void stream(byte[] payload, Completion completion) {
            echo(payload, completion);
        }

        @Override
        void close() throws IOException;
    }

    /** Hears of one echo, on whatever thread the peer uses. */
    interface Completion {

        /**
         * A part of the reply came.
         *
         * @param part the peer's; gone after the call
         * @param last whether the reply is complete
         */
        void received(ByteBuffer part, boolean last);

        /** The echo failed; nothing follows. */
        void failed(Throwable cause);
    }
}
