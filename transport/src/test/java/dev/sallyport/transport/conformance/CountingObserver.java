package dev.sallyport.transport.conformance;

import dev.sallyport.transport.Lane;
import dev.sallyport.transport.PeerId;
import dev.sallyport.transport.RejectReason;
import dev.sallyport.transport.TransportObserver;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Counts refusals by code, with the cause where the code has causes. */
final class CountingObserver implements TransportObserver {

    private final Map<String, Integer> refusals = new ConcurrentHashMap<>();
    private final Map<String, String> causes = new ConcurrentHashMap<>();
    final AtomicInteger opened = new AtomicInteger();
    final AtomicInteger closed = new AtomicInteger();
    final AtomicInteger dropped = new AtomicInteger();

    @Override
    public void rejected(RejectReason reason, PeerId peer, String cause) {
        refusals.merge(reason == RejectReason.E_AUTH ? reason + "(" + cause + ")" : reason.name(), 1, Integer::sum);
        causes.put(reason.name(), cause);
    }

    @Override
    public void sessionOpened(PeerId peer, Lane lane) {
        opened.incrementAndGet();
    }

    @Override
    public void sessionClosed(PeerId peer, Lane lane, RejectReason reason) {
        closed.incrementAndGet();
    }

    @Override
    public void messageDropped(PeerId peer) {
        dropped.incrementAndGet();
    }

    String cause(RejectReason reason) {
        return causes.getOrDefault(reason.name(), "");
    }

    Map<String, Integer> counts() {
        return new TreeMap<>(refusals);
    }

    /** What was counted since {@code before}. */
    Map<String, Integer> since(Map<String, Integer> before) {
        Map<String, Integer> difference = counts();
        before.forEach((code, count) -> difference.merge(code, -count, Integer::sum));
        difference.values().removeIf(count -> count == 0);
        return difference;
    }
}
