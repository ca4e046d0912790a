package dev.sallyport.examples.fundloads.limits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LimitsTest {

    @Test
    void withoutSelectorsTheLimitsAreTheStandardOnes() {
        assertThat(Limits.from(Map.of())).isEqualTo(new Limits(500_000, 2_000_000, 3));
    }

    @Test
    void eachSelectorReplacesItsLimit() {
        assertThat(Limits.from(Map.of("daily_limit_cents", "250000"))).isEqualTo(new Limits(250_000, 2_000_000, 3));
        assertThat(Limits.from(Map.of("weekly_limit_cents", "0", "daily_loads", "2")))
                .isEqualTo(new Limits(500_000, 0, 2));
    }

    @ParameterizedTest
    @CsvSource({
        "daily_limit_cents, ''",
        "daily_limit_cents, -1",
        "weekly_limit_cents, 12.50",
        "weekly_limit_cents, 9223372036854775808",
        "daily_loads, 2147483648",
    })
    void valueThatIsNoLimitIsRefused(String selector, String value) {
        assertThatThrownBy(() -> Limits.from(Map.of(selector, value)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(selector);
    }

    @Test
    void unknownSelectorIsRefused() {
        assertThatThrownBy(() -> Limits.from(Map.of("dialy_loads", "2")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("dialy_loads")
                .hasMessageContaining("daily_loads");
    }
}
