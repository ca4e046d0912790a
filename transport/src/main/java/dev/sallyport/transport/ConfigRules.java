package dev.sallyport.transport;

import dev.sallyport.proto.WireSpec;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Set;

/** What the settings of a transport must be, each by itself and in relation to the others. */
final class ConfigRules {

    private static final Set<String> LOOPBACKS = Set.of("127.0.0.1", "::1");
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration WRITE_STALL = Duration.ofSeconds(10);

    private ConfigRules() {}

    /** @throws RejectedException with the {@code E_CONFIG_*} reason of the first rule that does not hold */
    static void check(CheckedConfig config) {
        range(
                config.maxPayloadBytes(),
                WireSpec.MAX_PAYLOAD_FLOOR,
                TransportConfig.MAX_PAYLOAD_CEILING,
                "max_payload_bytes");
        range(config.expectedPeers(), 1, 10_000, "expected_peers");
        range(config.maxSessions(), 2, 100_000, "max_sessions");
        range(config.maxConcurrentCalls(), 1, 1 << 20, "max_concurrent_calls");
        range(config.handlerThreads(), 1, 4096, "handler_threads");
        range(config.eventLoops(), 1, 256, "event_loops");
        checkTimes(config);
        require(
                config.nonceCacheSize() >= 64 * config.expectedPeers(),
                RejectReason.E_CONFIG_RELATION,
                "nonce_cache_size must be at least 64 for each expected peer");
        config.secrets().check();
    }

    private static void checkTimes(CheckedConfig config) {
        require(isUpToAnHour(config.ttl()), RejectReason.E_CONFIG_TTL, "ttl must be between 1 ms and 1 hour");
        require(
                isUpToAnHour(config.connectTimeout()),
                RejectReason.E_CONFIG_LIMIT,
                "connect_timeout must be between 1 ms and 1 hour");
        require(
                !config.busyPoll().isNegative() && config.busyPoll().compareTo(Duration.ofMillis(1)) <= 0,
                RejectReason.E_CONFIG_LIMIT,
                "busy_poll must be between 0 and 1 ms");
        Duration stall = config.writeStallTimeout();
        require(
                !stall.isNegative() && !stall.isZero(),
                RejectReason.E_CONFIG_LIMIT,
                "write_stall_timeout must be above 0");
        require(
                stall.compareTo(part(config.ttl(), 2)) < 0,
                RejectReason.E_CONFIG_RELATION,
                "write_stall_timeout must be below ttl / 2: lower it or raise ttl");
    }

    /** The default of a write stall for this ttl (docs/adr/0021), which may be one that is refused. */
    static Duration writeStall(Duration ttl) {
        if (!isUpToAnHour(ttl)) {
            return WRITE_STALL;
        }
        Duration third = part(ttl, 3);
        return third.compareTo(WRITE_STALL) < 0 ? third : WRITE_STALL;
    }

    /** Not by {@code dividedBy}, which loads decimal numbers into every starting worker (docs/adr/0043). */
    private static Duration part(Duration time, int divisor) {
        return Duration.ofNanos(time.toNanos() / divisor);
    }

    private static boolean isUpToAnHour(Duration time) {
        return time.compareTo(Duration.ofMillis(1)) >= 0 && time.compareTo(HOUR) <= 0;
    }

    private static void range(int value, int low, int high, String name) {
        require(
                value >= low && value <= high,
                RejectReason.E_CONFIG_LIMIT,
                name + " must be between " + low + " and " + high);
    }

    static void require(boolean holds, RejectReason reason, String otherwise) {
        if (!holds) {
            throw new RejectedException(reason, otherwise);
        }
    }

    /** The address of a literal loopback host. */
    static InetSocketAddress loopback(String host, int port) {
        require(
                LOOPBACKS.contains(host) && port >= 0 && port <= 65_535,
                RejectReason.E_CONFIG_BIND,
                "bind_host must be 127.0.0.1 or ::1, and bind_port 0 to 65535");
        try {
            return new InetSocketAddress(InetAddress.getByName(host), port);
        } catch (UnknownHostException e) {
            throw new RejectedException(RejectReason.E_CONFIG_BIND, "this machine has no " + host, e);
        }
    }
}
