package dev.sallyport.supervisor.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.supervisor.GroupSpec;
import dev.sallyport.supervisor.RuntimeConfig.ClassArchive;
import dev.sallyport.supervisor.archive.ArchiveOutlook;
import dev.sallyport.supervisor.archive.ArchiveStock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
        String unmade = Examination.classArchives(ArchiveStock.of(ClassArchive.DEFAULT, cache(folder)))
                .toString();
        assertThat(unmade).contains("none yet", folder.resolve("sallyport").toString());
        assertThat(folder).as("looking makes nothing").isEmptyDirectory();

        Files.writeString(folder.resolve("sallyport"), "no folder");
        assertThat(Examination.classArchives(ArchiveStock.of(ClassArchive.DEFAULT, cache(folder)))
                        .toString())
                .contains("no folder", "slower");
        assertThat(Examination.classArchives(new ArchiveStock("/c\u001b[31m", 0, 0, ""))
                        .toString())
                .as("a name of a folder is foreign text")
                .doesNotContain("\u001b");
        assertThat(Examination.classArchives(new ArchiveStock("/cache", 2, 30 << 20, ""))
                        .toString())
                .contains("/cache", "2 with 30 MiB together", System.getProperty("java.version"));
    }

    @Test
    @DisplayName(
            "doctor looks at the configured folder, and says of each group whether its archive is there, would be made, or is off and why")
    void configuredClassArchives() throws Exception {
        ClassArchive configured = new ClassArchive(true, folder.resolve("own"));
        assertThat(Examination.classArchives(ArchiveStock.of(configured, cache(folder)))
                        .toString())
                .contains("none yet", folder.resolve("own").toString());
        ClassArchive off = new ClassArchive(false, null);
        assertThat(Examination.classArchives(off, cache(folder)))
                .as("as somebody wants it: no reason to warn")
                .isEqualTo(Finding.ok("class archives", "off, as configured: class_archive.enabled is false"));

        String jar = Files.writeString(folder.resolve("a.jar"), "a").toString();
        GroupSpec group = GroupSpec.builder("g")
                .classPath(List.of(jar))
                .discoveryRoots(List.of(jar))
                .build();
        assertThat(classArchive(configured, group)).contains("class archive of g", "none yet: made in " + folder);
        assertThat(classArchive(off, group)).contains("off: class_archive.enabled is false");
        GroupSpec command = GroupSpec.builder("c").command(List.of("cat")).build();
        assertThat(classArchive(configured, command)).contains("off: its workers run a command");
        assertThat(folder.resolve("own")).as("looking makes nothing").doesNotExist();
    }

    private String classArchive(ClassArchive settings, GroupSpec group) {
        return Examination.classArchive(group.name(), ArchiveOutlook.of(settings, group, cache(folder)))
                .toString();
    }

    @Test
    @DisplayName("doctor takes no setpriv for good that does not know --pdeathsig")
    void oldSetpriv() {
        Optional<String> path = Optional.of("/usr/bin/setpriv");
        assertThat(Examination.deathSignal(path, true).toString()).contains("OK", "/usr/bin/setpriv");
        assertThat(Examination.deathSignal(path, false).toString()).contains("WARN", "does not know --pdeathsig");
        assertThat(Examination.deathSignal(Optional.empty(), false).toString()).contains("WARN", "not in ");
    }

    private static Map<String, String> cache(Path folder) {
        return Map.of("XDG_CACHE_HOME", folder.toString());
    }
}
