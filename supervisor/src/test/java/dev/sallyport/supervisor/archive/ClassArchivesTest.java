package dev.sallyport.supervisor.archive;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.supervisor.ArchiveUse;
import dev.sallyport.supervisor.GroupSpec;
import dev.sallyport.supervisor.RuntimeConfig.ClassArchive;
import dev.sallyport.supervisor.process.ProcessLauncher;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClassArchivesTest {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir
    private Path folder;

    private GroupSpec group = RecipeTest.group(List.of(), List.of());

    @BeforeEach
    void makeGroup() throws Exception {
        Path jar = Files.writeString(folder.resolve("a.jar"), "a");
        group = RecipeTest.group(List.of(jar.toString()), List.of("-Dtoken=canary"), "a.jar");
    }

    private ClassArchives archives(ProcessLauncher launcher) {
        return ClassArchives.of(new ClassArchive(true, folder.resolve("cache")), launcher, Map.of());
    }

    @Test
    void theFirstStartGoesWithoutAndTheNextOneWith() throws Exception {
        Trainer trainer = Trainer.writing();
        try (ClassArchives archives = archives(trainer)) {
            assertThat(archives.offer(group).use()).isEqualTo(ArchiveUse.NONE_YET);
            assertThat(archives.offer(group).flags()).isEmpty();
            assertThat(trainer.launched).isEmpty();
            archives.makeMissing();
            assertThat(archives.await(LIMIT)).isTrue();
            ClassArchives.Offer offer = archives.offer(group);
            assertThat(offer.use()).isEqualTo(ArchiveUse.GIVEN);
            assertThat(offer.flags()).last().asString().endsWith("=" + offer.archive());
        }
    }

    /** A JVM that does not know a flag does not start, so a version that was not tried gets none that is not a product's. */
    @Test
    void whatTheTrainingRunCalledOftenIsNotCompiledAtAStart() {
        Path archive = Path.of("a.archive");
        assertThat(TrainingRun.flags(archive, 25))
                .containsExactly("-XX:+UnlockDiagnosticVMOptions", "-XX:-AOTReplayTraining", "-XX:AOTCache=a.archive");
        assertThat(List.of(TrainingRun.flags(archive, 24), TrainingRun.flags(archive, 26)))
                .containsOnly(List.of("-XX:AOTCache=a.archive"));
        assertThat(TrainingRun.flags(archive, 17)).doesNotContain("-XX:-AOTReplayTraining");
    }

    /** The order in which an embedding program asks: ready, and at once awaits. */
    @Test
    void aWaitBeginsWithWhatNobodyBegan() throws Exception {
        Trainer trainer = Trainer.writing();
        try (ClassArchives archives = archives(trainer)) {
            archives.offer(group);
            assertThat(trainer.launched).isEmpty();
            assertThat(archives.await(LIMIT)).isTrue();
            assertThat(trainer.launched).isNotEmpty();
            assertThat(archives.offer(group).use()).isEqualTo(ArchiveUse.GIVEN);
        }
    }

    @Test
    void theOutlookIsWhatAWorkerWouldGet() throws Exception {
        ClassArchive settings = new ClassArchive(true, folder.resolve("cache"));
        ArchiveOutlook before = ArchiveOutlook.of(settings, group, Map.of());
        assertThat(before.use()).isEqualTo(ArchiveUse.NONE_YET);
        assertThat(before.flags()).isEmpty();
        assertThat(folder.resolve("cache")).as("looking makes nothing").doesNotExist();
        try (ClassArchives archives = archives(Trainer.writing())) {
            archives.offer(group);
            assertThat(archives.await(LIMIT)).isTrue();
            ClassArchives.Offer offer = archives.offer(group);
            ArchiveOutlook outlook = ArchiveOutlook.of(settings, group, Map.of());
            assertThat(outlook.use()).isEqualTo(offer.use());
            assertThat(outlook.flags()).isEqualTo(offer.flags());
            assertThat(outlook.told()).isEqualTo(String.valueOf(offer.archive()));
        }
    }

    @Test
    void trainingRunsInTheBackgroundWithoutTheGroupsEnvironment() throws Exception {
        Trainer trainer = Trainer.writing();
        try (ClassArchives archives = archives(trainer)) {
            archives.offer(group);
            archives.makeMissing();
            assertThat(archives.await(LIMIT)).isTrue();
        }
        assertThat(trainer.launched).isNotEmpty().allSatisfy(spec -> {
            assertThat(spec.background()).isTrue();
            assertThat(spec.environment().keySet()).isSubsetOf("PATH", "LANG", "LC_ALL", "TZ");
        });
    }

    @Test
    void aTrainingRunThatFailsIsNotTriedAgainAndCostsNoStart() throws Exception {
        Trainer trainer = Trainer.ending(71);
        try (ClassArchives archives = archives(trainer)) {
            archives.offer(group);
            archives.makeMissing();
            assertThat(archives.await(LIMIT)).isTrue();
            assertThat(archives.offer(group).use()).isEqualTo(ArchiveUse.OFF);
            archives.makeMissing();
            assertThat(trainer.launched).hasSize(1);
        }
        try (var left = Files.list(folder.resolve("cache"))) {
            assertThat(left)
                    .extracting(Path::getFileName)
                    .extracting(Path::toString)
                    .containsExactly("lock");
        }
    }

    @Test
    void supervisorsThatRaceTrainOnce() throws Exception {
        Trainer trainer = Trainer.writing();
        try (ClassArchives one = archives(trainer);
                ClassArchives other = archives(trainer)) {
            for (ClassArchives each : List.of(one, other)) {
                each.offer(group);
                each.makeMissing();
            }
            assertThat(one.await(LIMIT)).isTrue();
            assertThat(other.await(LIMIT)).isTrue();
            assertThat(other.offer(group).archive()).isEqualTo(one.offer(group).archive());
        }
        assertThat(trainer.launched.stream()
                        .flatMap(spec -> spec.argv().stream())
                        .filter(arg -> arg.endsWith(".TrainingMain")))
                .hasSize(1);
    }

    /** A program that exits behind it leaves nothing of the training: neither a process nor a file. */
    @Test
    void closingGivesUpATrainingRunAndWaitsForItsEnd() throws Exception {
        Trainer trainer = Trainer.endless();
        ClassArchives archives = archives(trainer);
        archives.offer(group);
        archives.makeMissing();
        trainer.running.await();
        assertThat(archives.await(Duration.ofMillis(1))).isFalse();
        archives.close();
        assertThat(trainer.exit).isCompletedWithValue(Trainer.KILLED);
    }

    @Test
    void anErrorInTheTrainingRunDoesNotEndTheMakingOfArchives() throws Exception {
        Trainer trainer = Trainer.writing();
        trainer.failure = new OutOfMemoryError("the test's: unable to create native thread");
        try (ClassArchives archives = archives(trainer)) {
            archives.offer(group);
            assertThat(archives.await(LIMIT)).isTrue();
            assertThat(archives.offer(group).use()).isEqualTo(ArchiveUse.NONE_YET);
            trainer.failure = null;
            assertThat(archives.await(LIMIT)).isTrue();
            assertThat(archives.offer(group).use()).isEqualTo(ArchiveUse.GIVEN);
        }
    }

    /** One that found nothing more to make ends behind the beginning of another, which is to be waited for and ended all the same. */
    @Test
    void aThreadThatHasEndedIsForgottenAndNoOther() throws Exception {
        Trainer trainer = Trainer.endless();
        ClassArchives archives = archives(trainer);
        archives.offer(group);
        archives.makeMissing();
        trainer.running.await();
        archives.ended();
        assertThat(archives.await(Duration.ofMillis(1))).isFalse();
        archives.close();
        assertThat(trainer.exit).isCompletedWithValue(Trainer.KILLED);
    }

    @Test
    void anArchiveThatTheJvmDoesNotMapIsRemoved() throws Exception {
        try (ClassArchives archives = archives(Trainer.writing())) {
            archives.offer(group);
            archives.makeMissing();
            assertThat(archives.await(LIMIT)).isTrue();
            ClassArchives.Offer offer = archives.offer(group);
            long thisProcess = ProcessHandle.current().pid();
            if (Files.exists(Path.of("/proc/self/maps"))) {
                assertThat(archives.verdict(offer, thisProcess)).isEqualTo(ArchiveUse.REFUSED);
                assertThat(offer.archive()).doesNotExist();
            } else {
                assertThat(archives.verdict(offer, thisProcess)).isEqualTo(ArchiveUse.GIVEN);
            }
        }
    }

    @Test
    void aFolderThatIsNotPrivateMeansNoArchives() throws Exception {
        Files.createSymbolicLink(folder.resolve("cache"), folder);
        try (ClassArchives archives = archives(Trainer.writing())) {
            assertThat(archives.offer(group).use()).isEqualTo(ArchiveUse.OFF);
        }
    }

    @Test
    void theDefaultFolderIsInTheUsersCache() throws Exception {
        Map<String, String> environment = Map.of("XDG_CACHE_HOME", folder.toString());
        try (ClassArchives archives = ClassArchives.of(ClassArchive.DEFAULT, Trainer.writing(), environment)) {
            assertThat(archives.offer(group).use()).isEqualTo(ArchiveUse.NONE_YET);
            assertThat(folder.resolve("sallyport")).isDirectory();
        }
    }
}
