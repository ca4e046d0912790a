package dev.sallyport.transport.loopback;

import dev.sallyport.proto.WireSpec;
import dev.sallyport.proto.v1.StopRequest;
import dev.sallyport.transport.Connection;
import dev.sallyport.transport.Credential;
import dev.sallyport.transport.Lane;
import dev.sallyport.transport.PeerId;
import dev.sallyport.transport.PeerListener;
import dev.sallyport.transport.PeerSpec;
import dev.sallyport.transport.RejectReason;
import dev.sallyport.transport.RejectedException;
import dev.sallyport.transport.Routes;
import dev.sallyport.transport.TransportConfig;
import dev.sallyport.transport.TransportServer;
import dev.sallyport.transport.frame.ProtocolViolation;
import dev.sallyport.transport.keys.KeyIssuer;
import dev.sallyport.transport.keys.KeySchedule;
import dev.sallyport.transport.session.Established;
import dev.sallyport.transport.session.IssuedPeer;
import dev.sallyport.transport.session.LaneTraffic;
import dev.sallyport.transport.session.PeerDirectory;
import dev.sallyport.transport.session.SupervisorHandshake;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.EventLoopGroup;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** A listening transport: issues keys, accepts and authenticates peers, and gives their lanes to their event loops. */
final class Server implements TransportServer, SupervisorHandshakeHandler.Owner {

    /** One identity, two lanes. */
    private static final int ADMIN_PLACES = 2;

    private final Assembly assembly;
    private final TransportConfig config;
    private final Routes routes;
    private final PeerListener listener;
    private final KeyIssuer issuer;
    private final PeerDirectory directory = new PeerDirectory();
    private final Map<PeerId, ServerPeer> peers = new ConcurrentHashMap<>();
    private final AtomicInteger sessions = new AtomicInteger();
    private final Places places;
    private final Places adminPlaces = new Places(ADMIN_PLACES);
    private final RefusalLog refusals;
    private final Channel listening;
    private final InetSocketAddress address;
    private final UnauthenticatedPool unauthenticated;
    private final SupervisorHandshake.Settings handshakes;
    private final AtomicBoolean closed = new AtomicBoolean();

    Server(Assembly assembly, Routes routes, PeerListener listener) {
        this.assembly = assembly;
        this.config = assembly.config();
        this.routes = routes;
        this.listener = listener;
        this.places = new Places(config.maxSessions());
        SecureRandom random = assembly.random();
        this.issuer = new KeyIssuer(config, random);
        this.refusals = new RefusalLog(assembly.medium().accepting());
        this.unauthenticated =
                new UnauthenticatedPool(() -> WireSpec.PRE_AUTH_CONNECTIONS + 2 * config.expectedPeers());
        this.listening = listen();
        this.address = assembly.medium().boundAddress(listening);
        this.handshakes = new SupervisorHandshake.Settings(
                directory,
                assembly.unknownPeer(),
                KeySchedule.th0(issuer.bootId(), address.getAddress().getAddress(), address.getPort()),
                config.maxPayloadBytes(),
                config.ttl().toMillis(),
                random::nextBytes,
                assembly.macs());
        listening.config().setAutoRead(true);
    }

    private Channel listen() {
        Medium medium = assembly.medium();
        var bound = Pipelines.listen(
                        medium,
                        medium.listenAddress(config.bindAddress()),
                        unauthenticated,
                        () -> new SupervisorHandshake(handshakes()),
                        this,
                        assembly.clocks())
                .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            issuer.close();
            throw new RejectedException(
                    RejectReason.E_CONNECT, "cannot listen on " + unbound(bound.cause()), bound.cause());
        }
        return bound.channel();
    }

    /** The kernel's own words differ by platform; what to do does not. */
    private String unbound(Throwable cause) {
        InetSocketAddress address = config.bindAddress();
        String hint = address.getPort() == 0
                ? ""
                : "; if the port is in use, stop who has it, or bind to 0 for any that is free";
        return address.getAddress().getHostAddress() + ", port " + address.getPort() + ": " + cause.getMessage() + hint;
    }

    /** Used once connections are accepted, which begins at the end of the constructor. */
    private SupervisorHandshake.Settings handshakes() {
        return handshakes;
    }

    // ---- TransportServer ----

    @Override
    public InetSocketAddress address() {
        return address;
    }

    @Override
    public Credential issue(PeerSpec spec) {
        PeerId id = spec.id();
        ServerPeer peer = new ServerPeer(
                id,
                assembly.dispatch(routes, spec.mayCall()::contains, () -> true),
                listener,
                assembly.controlLoop(),
                id.isAdmin() ? adminPlaces : places);
        if (peers.putIfAbsent(id, peer) != null) {
            throw new RejectedException(RejectReason.E_BUNDLE_STATE, id + " is issued already: revoke it first");
        }
        try {
            KeyIssuer.Issued issued = issuer.issue(spec, address);
            int nonces = Math.max(64, config.nonceCacheSize() / config.expectedPeers());
            directory.add(new IssuedPeer(issued.record(), nonces, config.ttl().toMillis()));
            return issued.credential();
        } catch (RuntimeException e) {
            peers.remove(id);
            throw e;
        }
    }

    @Override
    public void revoke(PeerId id) {
        directory.revoke(id);
        issuer.release(id);
        ServerPeer peer = peers.remove(id);
        if (peer != null) {
            peer.endForGood(RejectReason.E_REVOKED);
        }
    }

    @Override
    public Connection connection(PeerId id) {
        return required(id);
    }

    @Override
    public boolean stop(PeerId id, StopRequest order) {
        return required(id).stop(order);
    }

    private ServerPeer required(PeerId id) {
        ServerPeer peer = peers.get(id);
        if (peer == null) {
            throw new IllegalArgumentException(id + " was not issued, or was revoked");
        }
        return peer;
    }

    @Override
    public void close() {
        if (closed.getAndSet(true)) {
            return;
        }
        listening.close().awaitUninterruptibly(1, TimeUnit.SECONDS);
        listening.eventLoop().execute(unauthenticated::closeAll);
        // it forgets its peers, and they must not think that they may never come back
        peers.values().forEach(peer -> peer.endForGood(RejectReason.OK_CLOSE));
        peers.keySet().forEach(directory::revoke);
        peers.clear();
        assembly.awaitNoSessions(sessions);
        issuer.close();
        assembly.forget(this);
    }

    // ---- handshakes, on the accepting event loop ----

    @Override
    public void refused(RejectReason reason, String cause) {
        if (reason.isOrderly()) {
            return;
        }
        refusals.count(reason);
        config.observer().rejected(reason, null, cause);
    }

    @Override
    public void established(ChannelHandlerContext ctx, IssuedPeer issued, Established established, long openByNanos) {
        Channel channel = ctx.channel();
        ctx.pipeline().remove(ctx.handler());
        ServerPeer peer = peers.get(issued.id());
        if (peer == null) {
            channel.close();
            established.close();
            refused(RejectReason.E_AUTH, "keyid");
            return;
        }
        long finish = peer.finished();
        Medium medium = assembly.medium();
        EventLoopGroup group = established.lane() == Lane.CONTROL ? medium.control() : medium.data();
        Runnable opening = () -> {
            if (assembly.clocks().nanos().getAsLong() - openByNanos > 0) {
                channel.close();
                established.close();
                config.observer().rejected(RejectReason.E_HS_TIMEOUT, issued.id(), "its event loop was busy for 2 s");
            } else {
                open(channel, peer, finish, established);
            }
        };
        move(channel, group, opening, established);
    }

    /** Continues on an event loop of {@code group}. The peer waits for READY, so nothing is under way. */
    private static void move(Channel channel, EventLoopGroup group, Runnable then, Established established) {
        for (var loop : group) {
            if (loop == channel.eventLoop()) {
                then.run();
                return;
            }
        }
        channel.deregister()
                .addListener(left -> group.register(channel).addListener(joined -> {
                    if (joined.isSuccess()) {
                        channel.eventLoop().execute(then);
                    } else {
                        channel.close();
                        established.close();
                    }
                }));
    }

    private void open(Channel channel, ServerPeer peer, long finish, Established established) {
        if (!channel.isActive()) {
            // it closed on its way here: no session of it may count as opened, and its keys have no other end
            established.close();
            return;
        }
        sessions.incrementAndGet();
        channel.closeFuture().addListener(gone -> sessions.decrementAndGet());
        LaneTraffic traffic = peer.newTraffic(established.lane());
        SessionHandler session =
                new SessionHandler(channel, established, traffic, assembly.sessionLimits(), config.observer());
        ProtocolViolation refusal = peer.adopt(finish, session, traffic);
        if (refusal != null) {
            session.refuse(refusal);
        }
        Pipelines.open(channel, session);
        channel.config().setAutoRead(true);
    }
}
