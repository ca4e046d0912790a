package dev.sallyport.transport.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.transport.Deadline;
import dev.sallyport.transport.MethodDescriptor;
import dev.sallyport.transport.Outcome;
import dev.sallyport.transport.PeerId;
import dev.sallyport.transport.Routes;
import dev.sallyport.transport.TransportObserver;
import dev.sallyport.transport.session.Role;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class CancelledCallTest {

    private static final MethodDescriptor<byte[], byte[]> METHOD = MethodDescriptor.ofBytes("m");

    /** It counted twice: the number of calls in flight fell below what was in flight, and the limit let too many through. */
    @Test
    void aCallCancelledBeforeItIsTakenEndsOnce() {
        List<Outcome> ends = new ArrayList<>();
        TransportObserver observer = new TransportObserver() {
            @Override
            public void callEnded(PeerId peer, String method, Outcome outcome, long nanos) {
                ends.add(outcome);
            }
        };
        Dispatcher dispatcher = new Dispatcher(
                new PeerId("group", "worker", 1),
                Role.SUPERVISOR,
                new DispatchSettings(
                        Routes.none(), m -> true, () -> true, 8, 3072, Runnable::run, Runnable::run, Runnable::run, observer));
        CompletableFuture<byte[]> call = dispatcher.call(METHOD, new byte[1], Deadline.afterMillis(60_000), Map.of());

        call.cancel(true);
        dispatcher.opened(new StoppedChannel());

        assertThat(dispatcher.inFlight()).isZero();
        assertThat(ends).containsExactly(Outcome.CANCELLED);
    }
}
