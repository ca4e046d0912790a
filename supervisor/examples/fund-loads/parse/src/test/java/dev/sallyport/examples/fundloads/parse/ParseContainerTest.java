package dev.sallyport.examples.fundloads.parse;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.supervisor.Worker;
import io.avaje.inject.BeanScope;
import org.junit.jupiter.api.Test;

class ParseContainerTest {

    @Test
    void rootHasOneWorkerWithOneRoute() {
        try (BeanScope container =
                BeanScope.builder().modules(new FundLoadsParseModule()).build()) {
            assertThat(container.get(Worker.class).routes().methods()).containsExactly("fund-loads/parse");
        }
    }
}
