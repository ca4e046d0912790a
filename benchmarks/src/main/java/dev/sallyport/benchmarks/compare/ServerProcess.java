package dev.sallyport.benchmarks.compare;

import dev.sallyport.benchmarks.peer.Peer;
import dev.sallyport.benchmarks.peer.Peers;

/** A server in its own JVM: prints its address, and ends with its standard input. */
public final class ServerProcess {

    private ServerProcess() {}

    public static void main(String[] args) throws Exception {
        try (Peer.Server server = Peers.named(args[0]).serve()) {
            System.out.println(server.address());
            while (System.in.read() >= 0) {
                // nothing is said to a server
            }
        }
        System.exit(0);
    }
}
