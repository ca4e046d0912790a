package dev.sallyport.supervisor.worker;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.slf4j.ILoggerFactory;

class WorkerLogTest {

    @Test
    @DisplayName("text of others neither begins a line, commands a terminal nor reorders what it shows")
    void textOfOthers() {
        assertThat(WorkerLog.oneLine("a\nb\u001b[2Jc\u009bd\u202ee\u2028f")).isEqualTo("a b [2Jc d e f");
    }

    @Test
    void theContainerTellsOfItsTroublesOnly() {
        ILoggerFactory loggers = new WorkerLog().getLoggerFactory();
        assertThat(loggers.getLogger("io.avaje.inject").isInfoEnabled()).isFalse();
        assertThat(loggers.getLogger("io.avaje.inject").isWarnEnabled()).isTrue();
        assertThat(loggers.getLogger("com.example.Worker").isInfoEnabled()).isTrue();
    }
}
