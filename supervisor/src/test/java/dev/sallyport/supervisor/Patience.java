package dev.sallyport.supervisor;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * How long tests wait for a condition that has to come: long, since a machine that is busy is no defect, and a test that passes
 * does not notice.
 */
public final class Patience implements BeforeAllCallback {

    public static final Duration LIMIT = Duration.ofMinutes(2);

    private static final Duration POLL = Duration.ofMillis(20);

    @Override
    public void beforeAll(ExtensionContext context) {
        Awaitility.setDefaultTimeout(LIMIT);
        Awaitility.setDefaultPollInterval(POLL);
        Awaitility.setDefaultPollDelay(Duration.ZERO);
    }
}
