package dev.sallyport.transport;

import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Says by which seed a run in random order can be repeated. */
public final class OrderSeed implements BeforeAllCallback {

    private static final AtomicBoolean SAID = new AtomicBoolean();

    @Override
    public void beforeAll(ExtensionContext context) {
        context.getConfigurationParameter("junit.jupiter.execution.order.random.seed")
                .filter(seed -> SAID.compareAndSet(false, true))
                .ifPresent(seed -> System.out.println("random order: repeat it with -Dorder.seed=" + seed));
    }
}
