package dev.sallyport.supervisor.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** What of a command line is shown. */
class LaunchPlanTest {

    @Test
    void secretsAreMasked_inOneWordAndInTwo() {
        assertThat(LaunchPlan.masked(List.of(
                        "tool",
                        "-Dpassword=x1",
                        "--api-key=x2",
                        "API_TOKEN=x3\nx3",
                        "--password",
                        "x4",
                        "--secret",
                        "--verbose",
                        "on")))
                .containsExactly(
                        "tool",
                        "-Dpassword=***",
                        "--api-key=***",
                        "API_TOKEN=***",
                        "--password",
                        "***",
                        "--secret",
                        "--verbose",
                        "on");
    }

    @Test
    void whatSoundsLikeNoSecretIsShown() {
        List<String> words = List.of("/usr/bin/java", "-Xmx64m", "-cp", "lib/a.jar", "--mode", "fast", "KEEP");
        assertThat(LaunchPlan.masked(words)).isEqualTo(words);
    }
}
