package dev.sallyport.supervisor.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.supervisor.archive.ArchiveStock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the doctor makes of what it finds. */
class ExaminationTest {

    @TempDir
    private Path folder;

    @Test
    @DisplayName("doctor beside a supervisor that is process 1 warns of it, whatever its own number is")
    void firstProcess() throws Exception {
        Path command = folder.resolve("cmdline");
        Files.writeString(command, "/opt/jdk/bin/java\0-cp\0/opt/lib/*\0" + Main.class.getName() + "\0serve\0");
        assertThat(Examination.reaper(command).toString()).contains("sallyport is process 1", "--init");
        Files.writeString(command, "/sbin/init\0splash\0");
        assertThat(Examination.reaper(command).toString()).contains("process 1 is another program");
        assertThat(Examination.reaper(folder.resolve("missing")).toString()).contains("process 1 is another program");
    }

    @Test
    @DisplayName("doctor tells where class archives are, how large, for which JDK, or why there are none")
    void classArchives() throws Exception {
        String unmade =
                Examination.classArchives(ArchiveStock.of(cache(folder))).toString();
        assertThat(unmade).contains("none yet", folder.resolve("sallyport").toString());
        assertThat(folder).as("looking makes nothing").isEmptyDirectory();

        Files.writeString(folder.resolve("sallyport"), "no folder");
        assertThat(Examination.classArchives(ArchiveStock.of(cache(folder))).toString())
                .contains("is no folder", "slower");
        assertThat(Examination.classArchives(new ArchiveStock("/cache", 2, 30 << 20, ""))
                        .toString())
                .contains("/cache", "2 of together 30 MiB", System.getProperty("java.version"));
    }

    private static Map<String, String> cache(Path folder) {
        return Map.of("XDG_CACHE_HOME", folder.toString());
    }
}
