package dev.sallyport.supervisor.local;

import com.google.protobuf.ByteString;
import dev.sallyport.proto.v1.StopAck;
import dev.sallyport.proto.v1.StopRequest;
import dev.sallyport.proto.v1.WorkerStatus;
import dev.sallyport.supervisor.bootstrap.BundleReader;
import dev.sallyport.supervisor.bootstrap.StandardInput;
import dev.sallyport.transport.ControlLink;
import dev.sallyport.transport.MethodDescriptor;
import dev.sallyport.transport.Routes;
import dev.sallyport.transport.Transport;
import dev.sallyport.transport.TransportConfig;
import dev.sallyport.transport.loopback.LoopbackTransport;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.locks.LockSupport;

/** The main class of workers that do not do what they should: which of it, the environment variable ODD says. */
public final class OddWorker {

    private OddWorker() {}

    /** One behaviour, then whatever comes. */
    public static void main(String[] args) throws Exception {
        String odd = System.getenv().getOrDefault("ODD", "");
        System.err.println("odd worker: " + odd);
        if (odd.startsWith("exit-")) {
            System.exit(Integer.parseInt(odd.substring("exit-".length())));
        }
        if (odd.equals("deaf")) {
            hang();
        }
        if (odd.equals("no-term")) {
            Runtime.getRuntime().addShutdownHook(new Thread(OddWorker::hang));
        }
        BundleReader reader = BundleReader.start(new StandardInput());
        var credential = reader.await(Duration.ofMinutes(2));
        var unused = reader.lifeline().thenRun(() -> Runtime.getRuntime().halt(75));
        BlockingQueue<StopRequest> orders = new LinkedBlockingQueue<>();
        Transport transport = LoopbackTransport.create(TransportConfig.defaults());
        ControlLink link = transport.attach(credential, new ControlLink.Listener() {
            @Override
            public void stopOrdered(StopRequest order) {
                orders.add(order);
            }
        });
        start(odd, link);
        stop(odd, link, orders.take(), orders);
        // as a real one: no thread is left in native code
        transport.close();
        reader.release();
        System.exit(0);
    }

    private static void start(String odd, ControlLink link) throws Exception {
        if (odd.equals("never-ready")) {
            return;
        }
        if (odd.equals("fails")) {
            link.report(WorkerStatus.newBuilder()
                    .setPhase(WorkerStatus.Phase.FAILED)
                    .setCategory("CHILD_BOOTSTRAP")
                    .setDetail("no such bean")
                    .build());
            return;
        }
        if (odd.equals("slow")) {
            nap(new byte[] {10});
        }
        if (odd.equals("grandchild")) {
            Process sleep = new ProcessBuilder("sleep", "600").start();
            System.err.println("grandchild " + sleep.pid());
        }
        link.report(status(WorkerStatus.Phase.CONTAINER_UP));
        if (odd.equals("slow")) {
            nap(new byte[] {10});
        }
        link.openData(Routes.builder()
                .on(MethodDescriptor.ofBytes("odd/echo"), (call, request) -> request)
                .on(MethodDescriptor.ofBytes("odd/nap"), (call, request) -> nap(request))
                .on(MethodDescriptor.ofBytes("odd/exit"), (call, request) -> exit(request[0] & 0xff))
                .build());
        link.report(status(WorkerStatus.Phase.READY));
    }

    /** Takes as many hundredths of a second as the bytes of the request say together. */
    private static byte[] nap(byte[] request) {
        long end = System.nanoTime();
        for (byte hundredths : request) {
            end += (hundredths & 0xff) * 10_000_000L;
        }
        for (long left = end - System.nanoTime(); left > 0; left = end - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
        return request;
    }

    private static byte[] exit(int code) {
        Runtime.getRuntime().halt(code);
        return new byte[0];
    }

    private static void stop(String odd, ControlLink link, StopRequest order, BlockingQueue<StopRequest> orders)
            throws Exception {
        System.err.println(
                "order " + order.getMode() + " " + order.getGracefulTimeoutMs() + " " + order.getDrainInflight());
        switch (odd) {
            case "refuses" -> {
                acknowledge(link, order, StopAck.Phase.REFUSED);
                hang();
            }
            case "acks-and-stays" -> {
                acknowledge(link, order, StopAck.Phase.STOPPED);
                hang();
            }
            case "ignores", "no-term" -> hang();
            case "cancelled" -> {
                StopRequest second = orders.take();
                System.err.println("order " + second.getMode());
                finish(link, second);
            }
            case "exits-1" -> Runtime.getRuntime().halt(1);
            case "segv" -> {
                new ProcessBuilder(
                                "kill",
                                "-SEGV",
                                Long.toString(ProcessHandle.current().pid()))
                        .start()
                        .waitFor();
                hang();
            }
            default -> finish(link, order);
        }
    }

    private static void finish(ControlLink link, StopRequest order) {
        link.closeIngress();
        link.drained().join();
        for (StopAck.Phase phase : new StopAck.Phase[] {
            StopAck.Phase.ACCEPTED,
            StopAck.Phase.INGRESS_CLOSED,
            StopAck.Phase.DRAINED,
            StopAck.Phase.FLUSHED,
            StopAck.Phase.STOPPED
        }) {
            acknowledge(link, order, phase);
        }
        link.close();
    }

    private static void acknowledge(ControlLink link, StopRequest order, StopAck.Phase phase) {
        ByteString id = order.getStopId();
        link.acknowledge(StopAck.newBuilder()
                .setStopId(id)
                .setPhase(phase)
                .setEffectiveTimeoutMs(order.getGracefulTimeoutMs())
                .build());
    }

    private static WorkerStatus status(WorkerStatus.Phase phase) {
        return WorkerStatus.newBuilder().setPhase(phase).build();
    }

    private static void hang() {
        while (true) {
            LockSupport.park();
        }
    }
}
