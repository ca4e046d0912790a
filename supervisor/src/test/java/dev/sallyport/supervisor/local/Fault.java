package dev.sallyport.supervisor.local;

import dev.sallyport.supervisor.Patience;
import dev.sallyport.supervisor.WorkerGroup;
import dev.sallyport.transport.CallException;
import dev.sallyport.transport.Deadline;
import dev.sallyport.transport.MethodDescriptor;
import dev.sallyport.transport.Outcome;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;

/** What is done to the first worker of a cycle, and when. */
record Fault(Kind kind, Moment moment) {

    static final Fault NONE = new Fault(Kind.NONE, Moment.READY);

    /** From outside, as a system under pressure, an operator or an attacker would. */
    enum Kind {
        NONE,
        /** SIGKILL. */
        KILL,
        /** SIGSTOP, and nothing more. */
        FREEZE,
        /** SIGSTOP, and SIGCONT a fifth of a second later. */
        PAUSE,
        /** A byte behind the bundle. */
        TRAILING_BYTE,
        /** A bit of the bundle is another. */
        BROKEN_BUNDLE,
        /** The lifeline ends, as if the supervisor were gone. */
        CUT_LIFELINE
    }

    /** The phases of a start, then calls in flight, then the stop. */
    enum Moment {
        SPAWNED,
        AUTHENTICATED,
        CONTAINER_UP,
        READY,
        CALLS,
        DRAINING
    }

    private static final long PAUSE_MILLIS = 200;

    /** One of all, those that cost many seconds less often. */
    static Fault draw(RandomGenerator random) {
        int dice = random.nextInt(100);
        Moment moment = Moment.values()[random.nextInt(Moment.values().length)];
        if (dice < 25) {
            return NONE;
        } else if (dice < 60) {
            return new Fault(Kind.KILL, moment);
        } else if (dice < 75) {
            return new Fault(Kind.PAUSE, moment);
        } else if (dice < 83) {
            return new Fault(Kind.CUT_LIFELINE, moment);
        } else if (dice < 90) {
            return new Fault(Kind.TRAILING_BYTE, moment);
        } else if (dice < 95) {
            return new Fault(Kind.BROKEN_BUNDLE, Moment.SPAWNED);
        }
        return new Fault(Kind.FREEZE, dice == 99 ? moment : Moment.DRAINING);
    }

    /** Does it to this process. A process that is gone by now has had a worse fault. */
    void strike(FaultLauncher.Watched process) {
        try {
            switch (kind) {
                case KILL -> signal("-KILL", process.pid());
                case FREEZE -> signal("-STOP", process.pid());
                case PAUSE -> {
                    signal("-STOP", process.pid());
                    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(PAUSE_MILLIS));
                    signal("-CONT", process.pid());
                }
                case TRAILING_BYTE -> process.writeTrailingByte();
                case CUT_LIFELINE -> process.lifeline().close();
                case NONE, BROKEN_BUNDLE -> {}
            }
        } catch (IOException e) {
            // its pipe is closed: it has ended
        }
    }

    /** Waits until an order to stop has been taken for this group of odd workers: from then on nobody is called. */
    static void awaitDraining(WorkerGroup group) {
        MethodDescriptor<byte[], byte[]> echo = MethodDescriptor.ofBytes("odd/echo");
        Outcome outcome = Outcome.OK;
        while (outcome != Outcome.DRAINING) {
            outcome = group.call(echo, new byte[1], Deadline.after(Patience.LIMIT))
                    .handle((answer, failure) -> failure instanceof CallException e ? e.outcome() : Outcome.OK)
                    .join();
        }
    }

    static void signal(String signal, long pid) throws IOException {
        try {
            new ProcessBuilder(List.of("kill", signal, Long.toString(pid)))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
