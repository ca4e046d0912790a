package dev.sallyport.supervisor.local;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sallyport.supervisor.process.SystemTools;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * That a worker goes; how fast, {@code KilledSupervisorSoakTest} holds, on a machine that is not busy. Some supervisors are started and
 * killed at the same time, since each spends most of its life waiting.
 */
@EnabledOnOs(OS.LINUX)
class KilledSupervisorTest {

    private static final int AT_ONCE = 3;
    private static final ExecutorService KILLERS = Executors.newFixedThreadPool(AT_ONCE);
    private static final Map<Fault.Moment, Future<Long>> KILLS = new EnumMap<>(Fault.Moment.class);

    @TempDir
    static Path folder;

    private static Path root;

    @BeforeAll
    static void kill() {
        root = Doom.compileRoot(folder);
        for (Fault.Moment moment : Fault.Moment.values()) {
            KILLS.put(moment, KILLERS.submit(() -> Doom.killAt(moment, root)));
        }
    }

    @AfterAll
    static void end() {
        KILLERS.shutdownNow();
    }

    @ParameterizedTest(name = "supervisor killed at {0}, and never reaped")
    @EnumSource
    @DisplayName("U01 kill -9 of the supervisor: no worker is left, in any state")
    void U01_killedSupervisor(Fault.Moment moment) throws Exception {
        Objects.requireNonNull(KILLS.get(moment)).get();
    }

    @Test
    @DisplayName("U01 kill -9 of the supervisor of a worker that was stopped: it wakes, and goes")
    void U01_stoppedWorker() throws Exception {
        assumeTrue(SystemTools.hasDeathSignal(), "no setpriv that knows --pdeathsig");
        KILLERS.submit(() -> Doom.killWithStoppedWorker(root)).get();
    }
}
