package dev.sallyport.supervisor.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.supervisor.Patience;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run that makes no archive says what it died of, and leaves neither a process nor a file. */
class TrainingRunTest {

    private static final int ANY_VERSION = 17;

    @TempDir
    private Path folder;

    private AbstractThrowableAssert<?, ?> failureOf(Trainer trainer, Duration limit) throws Exception {
        Path jar = Files.writeString(folder.resolve("a.jar"), "a");
        Recipe recipe = Recipe.of(RecipeTest.group(List.of(jar.toString()), List.of(), "a.jar"));
        ArchiveFolder cache = ArchiveFolder.open(folder.resolve("cache"));
        TrainingRun run = new TrainingRun(trainer, cache, recipe, ANY_VERSION, limit);
        return assertThatThrownBy(run::run).isInstanceOf(IOException.class);
    }

    @AfterEach
    void nothingIsLeft() throws Exception {
        try (Stream<Path> left = Files.list(folder.resolve("cache"))) {
            assertThat(left).isEmpty();
        }
    }

    @Test
    void oneThatDiesIsToldWithItsStatusAndItsLastLine() throws Exception {
        failureOf(Trainer.ending(71), Patience.LIMIT)
                .hasMessage("the training run ended with 71: " + Trainer.LAST_LINE);
    }

    @Test
    void oneWhoseSessionsBreakFirstIsToldByItsEndToo() throws Exception {
        failureOf(Trainer.deaf(134), Patience.LIMIT)
                .hasMessage("the training run ended with 134: " + Trainer.LAST_LINE);
    }

    @Test
    void oneThatEndsWellWithoutHavingDoneItsWorkIsToldByWhatBroke() throws Exception {
        failureOf(Trainer.deaf(0), Patience.LIMIT)
                .hasMessageStartingWith("the training run did not get through: ")
                .hasMessageContaining("E_BUNDLE_EOF");
    }

    @Test
    void oneThatHangsIsEndedWhenItsTimeIsOver() throws Exception {
        Trainer trainer = Trainer.endless();
        failureOf(trainer, Duration.ofSeconds(1)).hasMessageStartingWith("the training run took more than");
        assertThat(trainer.exit).isCompletedWithValue(Trainer.KILLED);
    }

    @Test
    void oneThatWritesNothingIsToldSo() throws Exception {
        failureOf(Trainer.ending(0), Patience.LIMIT).hasMessageContaining("written no archive");
    }
}
