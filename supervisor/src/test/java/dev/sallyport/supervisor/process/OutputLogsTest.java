package dev.sallyport.supervisor.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sallyport.transport.PeerId;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** A log that hangs or fails is not the workers' trouble. */
class OutputLogsTest {

    private final List<String> logged = new CopyOnWriteArrayList<>();

    @Test
    @EnabledOnOs(OS.LINUX)
    void aWorkerPrintsOnWhileTheLogHangs() throws Exception {
        CountDownLatch hangs = new CountDownLatch(1);
        OutputLogs logs = OutputLogs.start();
        try (logs) {
            logs.add(() -> await().until(() -> hangs.getCount() == 0));
            Process process = new ProcessBuilder("/bin/sh", "-c", "yes 0123456789 | head -c 1000000").start();
            CompletableFuture<Integer> exited = new LocalProcess(
                            new PeerId("g", "0", 1), process, Tools.ofThisSystem(), List::of, logs, () -> {})
                    .exited();
            assertThat(exited.get(60, TimeUnit.SECONDS)).isZero();
            hangs.countDown();
        }
    }

    @Test
    void whatIsPrintedAfterALineThatCouldNotBeLoggedIsLogged() {
        OutputLogs logs = OutputLogs.start();
        try (logs) {
            logs.add(() -> {
                throw new IllegalStateException("a broken appender");
            });
            logs.add(() -> {
                throw new AssertionError("a very broken appender");
            });
            logs.add(() -> logged.add("next"));
            await().until(() -> logged.contains("next"));
        }
    }

    @Test
    void closeWaitsForTheLastLines() {
        OutputLogs logs = OutputLogs.start();
        for (int i = 0; i < 100; i++) {
            int number = i;
            logs.add(() -> logged.add("line " + number));
        }
        logs.close();
        assertThat(logged).hasSize(100).first().isEqualTo("line 0");
    }
}
