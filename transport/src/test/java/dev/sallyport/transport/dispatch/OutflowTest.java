package dev.sallyport.transport.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.transport.CallException;
import dev.sallyport.transport.CallStream;
import dev.sallyport.transport.Outcome;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** How much a stream may send. */
class OutflowTest {

    /** A peer that gives all the credit there is and takes nothing stops the sender at the window. */
    @Test
    void creditWithoutEndDoesNotFillTheQueue() {
        Outflow outflow = new Outflow(() -> 1, cause -> {});
        outflow.grant(Integer.MAX_VALUE);
        AtomicInteger acquired = new AtomicInteger();
        CompletableFuture<Void> sender = CompletableFuture.runAsync(() -> {
            try {
                while (true) {
                    outflow.acquire();
                    acquired.incrementAndGet();
                }
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            } catch (CallException ended) {
                assertThat(ended.outcome()).isEqualTo(Outcome.CANCELLED);
            }
        });
        Awaitility.await().until(() -> acquired.get() == CallStream.WINDOW);
        for (int written = 1; written <= 100; written++) {
            assertThat(acquired).hasValueLessThanOrEqualTo(CallStream.WINDOW + written - 1);
            outflow.written();
            int now = written;
            Awaitility.await().until(() -> acquired.get() == CallStream.WINDOW + now);
        }
        outflow.end(new CallException(Outcome.CANCELLED, true, "over"));
        sender.join();
        assertThat(acquired).hasValue(CallStream.WINDOW + 100);
    }
}
