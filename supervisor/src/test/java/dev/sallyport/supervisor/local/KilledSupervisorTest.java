package dev.sallyport.supervisor.local;

import java.io.IOException;
import org.junit.jupiter.api.DisplayName;
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
}
