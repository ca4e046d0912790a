package dev.sallyport.transport.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** The sockets, event queues and threads of this process at one moment, to compare with a later one. */
record Resources(long descriptors, Set<String> threads) {

    static {
        openWhatTheJdkKeeps();
    }

    /** The JDK keeps one descriptor for good from the first use of its sockets: it must be open before anything is counted. */
    private static void openWhatTheJdkKeeps() {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        try (ServerSocket server = new ServerSocket(0, 1, loopback);
                Socket client = new Socket(loopback, server.getLocalPort());
                Socket accepted = server.accept()) {
            assertThat(accepted.getPort()).isEqualTo(client.getLocalPort());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Resources now() {
        return new Resources(openDescriptors(), transportThreads());
    }

    private static long openDescriptors() {
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            return open.filter(Resources::isSocketOrQueue).count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isSocketOrQueue(Path descriptor) {
        try {
            String target = Files.readSymbolicLink(descriptor).toString();
            return target.startsWith("socket:") || target.contains("eventpoll") || target.contains("eventfd");
        } catch (IOException gone) {
            return false;
        }
    }

    private static Set<String> transportThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith("sallyport-"))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** Waits until nothing is left that was not there at this moment. */
    void awaitReturn() {
        Awaitility.await().untilAsserted(() -> {
            Resources later = now();
            assertThat(later.threads()).isSubsetOf(threads);
            assertThat(later.descriptors()).isLessThanOrEqualTo(descriptors);
        });
    }
}
