package dev.sallyport.transport.loopback;

import dev.sallyport.transport.Lane;
import dev.sallyport.transport.RejectReason;
import dev.sallyport.transport.session.Established;
import dev.sallyport.transport.session.LaneTraffic;
import dev.sallyport.transport.session.WorkerHandshake;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One lane of a worker: connects, authenticates, and connects again with backoff and full jitter when the session is lost, until a
 * limit passes or the server says that it is over. Decides on the control event loop.
 */
final class LaneClient implements WorkerHandshakeHandler.Owner {

    /** A lane that is lost is connected again for this long; a worker that cannot get through is an orphan. */
    static final long RECONNECT_LIMIT_MILLIS = 10_000;

    /** A session that lasted this long worked: what went wrong before it is over. */
    static final long LASTING_MILLIS = 5_000;

    /** Who is told. On the control event loop. */
    interface Owner {

        void opened(Lane lane);

        void lost(Lane lane, RejectReason reason);

        /** Nothing follows. */
        void ended(Lane lane, RejectReason reason);
    }

    private enum State {
        CONNECTING,
        OPEN,
        ENDED
    }

    private final Assembly assembly;
    private final CredentialKeys credentials;
    private final Lane lane;
    private final Owner owner;
    private final Function<LaneClient, LaneTraffic> traffic;
    private State state = State.CONNECTING;
    private long limitNanos;
    private final Backoff backoff =
            new Backoff(bound -> ThreadLocalRandom.current().nextLong(bound));
    private RejectReason lastReason = RejectReason.E_CONNECT;
    private final AtomicReference<CredentialKeys.@Nullable Lease> keys = new AtomicReference<>();
    private final CompletableFuture<Void> gone = new CompletableFuture<>();
    private long openedNanos;
    private boolean unsteady;
    private @Nullable Channel connecting;
    private @Nullable ScheduledFuture<?> openTimer;
    private volatile @Nullable SessionHandler session;
    private volatile @Nullable LaneTraffic current;

    LaneClient(
            Assembly assembly,
            CredentialKeys credentials,
            Lane lane,
            Owner owner,
            Function<LaneClient, LaneTraffic> traffic) {
        this.assembly = assembly;
        this.credentials = credentials;
        this.lane = lane;
        this.owner = owner;
        this.traffic = traffic;
    }

    /** Connects, for at most this long. From any thread. */
    void start(long limitMillis) {
        onControl(() -> {
            limitNanos = now() + TimeUnit.MILLISECONDS.toNanos(limitMillis);
            attempt();
        });
    }

    /** Why the last attempt failed. */
    RejectReason lastReason() {
        return lastReason;
    }

    /** The open session, or null. */
    @Nullable
    SessionHandler session() {
        SessionHandler open = session;
        return open != null && open.isOpen() ? open : null;
    }

    /** What the open session's lane does, or null. */
    @Nullable
    LaneTraffic traffic() {
        return session() == null ? null : current;
    }

    private void attempt() {
        if (state == State.ENDED) {
            return;
        }
        CredentialKeys.Lease lease = credentials.lease();
        if (lease == null) {
            return;
        }
        keys.set(lease);
        Medium medium = assembly.medium();
        EventLoopGroup group = medium.client(lane);
        int timeout = (int) Math.max(1, Math.min(2_000, remainingMillis()));
        WorkerHandshake handshake = new WorkerHandshake(lease.handshake(), lane);
        var connected = Pipelines.connect(
                medium, group, medium.connectAddress(lease.address()), timeout, handshake, this, assembly.clocks());
        connecting = connected.channel();
        connected.addListener(done -> {
            if (!done.isSuccess()) {
                failed(RejectReason.E_CONNECT, "nobody listens there");
            }
        });
    }

    // ---- told by the handshake, on the channel's event loop ----

    @Override
    public void established(ChannelHandlerContext ctx, Established established, long millisLeft) {
        returnKeys();
        LaneTraffic laneTraffic = traffic.apply(this);
        SessionHandler handler = new SessionHandler(
                ctx.channel(),
                established,
                laneTraffic,
                assembly.sessionLimits(),
                assembly.config().observer());
        session = handler;
        current = laneTraffic;
        ctx.pipeline().remove(ctx.handler());
        Pipelines.open(ctx.channel(), handler);
        openTimer = ctx.channel()
                .eventLoop()
                .schedule(
                        () -> {
                            if (!handler.isOpen()) {
                                handler.abort(RejectReason.E_PEER_AUTH, "READY was withheld");
                            }
                        },
                        millisLeft,
                        TimeUnit.MILLISECONDS);
    }

    @Override
    public void failed(RejectReason reason, String detail) {
        returnKeys();
        assembly.config().observer().rejected(reason, credentials.peer(), detail);
        onControl(() -> retry(reason, false));
    }

    /** The handshake is over: the session has keys of its own. */
    private void returnKeys() {
        CredentialKeys.Lease lease = keys.getAndSet(null);
        if (lease != null) {
            lease.close();
        }
    }

    // ---- told by the lane's traffic, on the channel's event loop ----

    void opened() {
        if (openTimer != null) {
            openTimer.cancel(false);
        }
        onControl(() -> {
            if (state == State.CONNECTING) {
                state = State.OPEN;
                openedNanos = now();
                owner.opened(lane);
            }
        });
    }

    void closed(RejectReason reason) {
        onControl(() -> {
            boolean wasOpen = state == State.OPEN;
            if (wasOpen) {
                state = State.CONNECTING;
                beginAgain();
                owner.lost(lane, reason);
            }
            retry(reason, wasOpen && unsteady);
        });
    }

    // ---- decisions, on the control event loop ----

    /** A lane that opens and fails at once has one limit for all its attempts, and their back-off goes on. */
    private void beginAgain() {
        boolean lasted = now() - openedNanos >= TimeUnit.MILLISECONDS.toNanos(LASTING_MILLIS);
        if (lasted) {
            backoff.reset();
        }
        if (lasted || !unsteady) {
            limitNanos = now() + TimeUnit.MILLISECONDS.toNanos(RECONNECT_LIMIT_MILLIS);
        }
        unsteady = !lasted;
    }

    private void retry(RejectReason reason, boolean openedAndFailed) {
        if (state == State.ENDED) {
            return;
        }
        lastReason = reason;
        if (isFinal(reason) || remainingMillis() <= 0) {
            ended(reason);
            return;
        }
        credentials.refresh();
        long remaining = remainingMillis();
        long delay = openedAndFailed ? backoff.nextUnsteady(remaining) : backoff.next(remaining);
        assembly.controlLoop().schedule(this::attempt, delay, TimeUnit.MILLISECONDS);
    }

    private boolean isFinal(RejectReason reason) {
        return switch (reason) {
            case E_SUPERSEDED, E_REVOKED, OK_STOP -> true;
            case OK_CLOSE -> !credentials.mayChange();
            default -> false;
        };
    }

    private long remainingMillis() {
        return TimeUnit.NANOSECONDS.toMillis(limitNanos - now());
    }

    private long now() {
        return assembly.clocks().nanos().getAsLong();
    }

    /** Ends the open session, which is then connected again if the reason allows it. */
    void endSession(RejectReason reason, String detail) {
        SessionHandler open = session;
        if (open != null) {
            open.end(reason, detail);
        }
    }

    /** Ends the lane for good. From any thread. */
    void end(RejectReason reason) {
        onControl(() -> {
            if (state != State.ENDED) {
                SessionHandler open = session;
                if (open != null) {
                    open.end(reason, "by this side");
                }
                if (connecting != null && (open == null || open.channel() != connecting)) {
                    connecting.close();
                }
                ended(reason);
            }
        });
    }

    private void ended(RejectReason reason) {
        state = State.ENDED;
        Channel last = connecting;
        if (last == null) {
            gone.complete(null);
        } else {
            last.closeFuture().addListener(closed -> gone.complete(null));
        }
        owner.ended(lane, reason);
    }

    /** Completes when the lane has ended for good and its last channel is closed; never exceptionally. */
    CompletableFuture<Void> gone() {
        return gone;
    }

    private void onControl(Runnable task) {
        try {
            assembly.controlLoop().execute(task);
        } catch (RejectedExecutionException e) {
            // the transport has closed under the lane: nobody is left to be told
            gone.complete(null);
        }
    }
}
