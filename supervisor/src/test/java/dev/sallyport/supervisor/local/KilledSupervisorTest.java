package dev.sallyport.supervisor.local;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** That a worker goes; how fast, {@code KilledSupervisorSoakTest} holds, on a machine that is not busy. */
@EnabledOnOs(OS.LINUX)
class KilledSupervisorTest {

    @ParameterizedTest(name = "supervisor killed at {0}, and never reaped")
    @EnumSource
    @DisplayName("U01 kill -9 of the supervisor: no worker is left, in any state")
    void U01_killedSupervisor(Fault.Moment moment) throws IOException {
        Doom.killAt(moment);
    }

    @Test
    @DisplayName("U01 kill -9 of the supervisor of a worker that was stopped: it wakes, and goes")
    void U01_stoppedWorker() throws IOException {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/setpriv")), "no setpriv");
        Doom.killWithStoppedWorker();
    }
}
