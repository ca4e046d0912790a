package dev.sallyport.examples.fundloads.limits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.supervisor.Worker;
import dev.sallyport.supervisor.WorkerContext;
import dev.sallyport.transport.PeerId;
import io.avaje.inject.BeanScope;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LimitsContainerTest {

    @Test
    void rootHasOneWorkerWithOneRoute() {
        try (BeanScope container = container(Map.of())) {
            assertThat(container.get(Worker.class).routes().methods()).containsExactly("fund-loads/decide");
        }
    }

    @Test
    void containerIsNotBuiltForSelectorsThatAreWrong() {
        assertThatThrownBy(() -> container(Map.of("daily_loads", "many")))
                .hasStackTraceContaining("selector daily_loads must be a whole number from 0 to 2147483647");
    }

    private static BeanScope container(Map<String, String> selectors) {
        WorkerContext context = new WorkerContext(new PeerId("limits", "limits-0", 1), "fund-loads", selectors, "{}");
        return BeanScope.builder()
                .modules(new FundLoadsLimitsModule())
                .bean(WorkerContext.class, context)
                .build();
    }
}
