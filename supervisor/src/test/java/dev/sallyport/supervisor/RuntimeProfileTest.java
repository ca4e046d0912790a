package dev.sallyport.supervisor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RuntimeProfileTest {

    @Test
    void whatIsWrittenIsRead() {
        RuntimeProfile profile = new RuntimeProfile(
                Duration.ofMillis(1), Duration.ofMillis(2), Duration.ofMillis(3), 4, 5, Duration.ofNanos(6_000));
        assertThat(RuntimeProfile.parse(profile.toJson())).isEqualTo(profile);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{}", " { }\n"})
    void whatIsNotNamedHasItsDefault(String json) {
        assertThat(RuntimeProfile.parse(json)).isEqualTo(RuntimeProfile.DEFAULT);
    }

    @Test
    void oneKeyLeavesTheOthers() {
        RuntimeProfile profile = RuntimeProfile.parse(" {\"handler_threads\" : 3 } ");
        assertThat(profile.handlerThreads()).isEqualTo(3);
        assertThat(profile.gracefulTimeout()).isEqualTo(RuntimeProfile.DEFAULT.gracefulTimeout());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[]",
                "{",
                "{} {}",
                "{\"handler_threads\":\"secret\"}",
                "{\"handler_threads\":0}",
                "{\"busy_poll_us\":1001}",
                "{\"handler_threads\":-1}",
                "{\"handler_threads\":01}",
                "{\"handler_threads\":1e3}",
                "{\"handler_threads\":9999999999}",
                "{\"handler_threads\":1,}",
                "{\"handler_threads\":1,\"handler_threads\":2}",
                "{\"secret\":1}",
            })
    void anotherShapeIsRefusedWithoutBeingRepeated(String json) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RuntimeProfile.parse(json))
                .withMessageNotContaining("secret");
    }

    @Test
    void aLongGracefulTimeoutMayBeOrderedInFull() {
        RuntimeProfile profile = RuntimeProfile.DEFAULT.gracefulTimeout(Duration.ofHours(1));
        assertThat(profile.maxGracefulTimeout()).isEqualTo(Duration.ofHours(1));
    }
}
