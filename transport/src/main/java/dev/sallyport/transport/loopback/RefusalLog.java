package dev.sallyport.transport.loopback;

import dev.sallyport.transport.RejectReason;
import io.netty.util.concurrent.EventExecutorGroup;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Refused strangers, in at most one log line a second and with no word of theirs (protocol.md, section 4). Confined to the
 * accepting event loop.
 */
final class RefusalLog {

    private static final Logger LOG = LoggerFactory.getLogger("dev.sallyport.transport.refused");

    private final EventExecutorGroup loop;
    private final Map<RejectReason, Integer> counts = new EnumMap<>(RejectReason.class);
    private boolean scheduled;

    RefusalLog(EventExecutorGroup loop) {
        this.loop = loop;
    }

    void count(RejectReason reason) {
        counts.merge(reason, 1, Integer::sum);
        if (!scheduled) {
            scheduled = true;
            loop.schedule(this::write, 1, TimeUnit.SECONDS);
        }
    }

    private void write() {
        scheduled = false;
        LOG.info("refused unauthenticated connections in the last second: {}", counts);
        counts.clear();
    }
}
