package dev.sallyport.supervisor.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The bound of the design, for a machine that is not busy: {@code -Dsoak.kills=20} of each moment. */
@Tag("soak")
@EnabledOnOs(OS.LINUX)
class KilledSupervisorSoakTest {

    private static final int KILLS = Integer.getInteger("soak.kills", 20);
    private static final long BOUND_MILLIS = 2_000;

    @TempDir
    static Path folder;

    private static Path root;

    @BeforeAll
    static void compileRoot() {
        root = Doom.compileRoot(folder);
    }

    @ParameterizedTest(name = "supervisor killed at {0}, and never reaped")
    @EnumSource
    @DisplayName("U01 kill -9 of the supervisor: no worker is left after 2 s, in any state")
    void U01_goneWithinTwoSeconds(Fault.Moment moment) throws IOException {
        List<Long> millis = new ArrayList<>();
        for (int i = 0; i < KILLS; i++) {
            millis.add(Doom.killAt(moment, root));
        }
        Collections.sort(millis);
        System.out.printf(
                "killed at %-13s %3d times: gone after %4d ms (median), %4d ms (worst)%n",
                moment, KILLS, millis.get(KILLS / 2), millis.get(KILLS - 1));
        assertThat(millis).allMatch(gone -> gone <= BOUND_MILLIS);
    }
}
