package dev.sallyport.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.transport.CallContext.Trace;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TraceTest {

    private static final String PARENT = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    @Test
    void comesBackFromItsMetadata() {
        Trace trace = new Trace(PARENT, "a=1,b=2");
        assertThat(trace.metadata()).containsOnly(Map.entry("traceparent", PARENT), Map.entry("tracestate", "a=1,b=2"));
        assertThat(Trace.of(trace.metadata())).isEqualTo(trace);
        assertThat(new Trace(PARENT, "").metadata()).containsOnlyKeys("traceparent");
    }

    @Test
    void aChildIsAnotherSpanOfTheSameTrace() {
        Trace child = new Trace(PARENT, "a=1").child();
        assertThat(child.parent())
                .hasSameSizeAs(PARENT)
                .startsWith(PARENT.substring(0, 36))
                .endsWith("-01");
        assertThat(child.parent()).isNotEqualTo(PARENT);
        assertThat(child.state()).isEqualTo("a=1");
    }

    @Test
    void onesThatBeginHereDiffer() {
        Trace first = Trace.begin(true);
        assertThat(first.parent())
                .endsWith("-01")
                .isNotEqualTo(Trace.begin(true).parent());
        assertThat(Trace.begin(false).parent()).endsWith("-00");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "00",
                "01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
                "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-x",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01\n"
            })
    void aMalformedParentIsNoTrace(String parent) {
        assertThat(Trace.of(Map.of("traceparent", parent))).isNull();
        assertThatThrownBy(() -> new Trace(parent, "")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aMalformedStateIsDroppedAlone() {
        assertThat(Trace.of(Map.of("traceparent", PARENT, "tracestate", "a=\u00e9")))
                .isEqualTo(new Trace(PARENT, ""));
        assertThat(Trace.of(Map.of("traceparent", PARENT, "tracestate", "x".repeat(513))))
                .isEqualTo(new Trace(PARENT, ""));
        assertThatThrownBy(() -> new Trace(PARENT, "a=\n")).isInstanceOf(IllegalArgumentException.class);
    }
}
