package dev.sallyport.supervisor.worker;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class WorkerLogTest {

    @Test
    @DisplayName("text of others neither begins a line, commands a terminal nor reorders what it shows")
    void textOfOthers() {
        assertThat(WorkerLog.oneLine("a\nb\u001b[2Jc\u009bd\u202ee\u2028f")).isEqualTo("a b [2Jc d e f");
    }
}
