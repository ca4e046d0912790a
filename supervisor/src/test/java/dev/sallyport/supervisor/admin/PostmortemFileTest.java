package dev.sallyport.supervisor.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.proto.admin.v1.Postmortem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is written down, and read again. */
class PostmortemFileTest {

    @TempDir
    private Path folder;

    @Test
    @DisplayName("what a full disk cut short hides no later post-mortem")
    void cutShort() throws Exception {
        RunFile supervisor = RunFile.of(
                folder.resolve("run"),
                folder.resolve("service.yml"),
                ProcessHandle.current().pid());
        Path path = PostmortemFile.of(supervisor);
        try (PostmortemFile file = new PostmortemFile(new RunDirectory(folder.resolve("run")), supervisor)) {
            file.add(new Ledger.AbnormalEnd(1, 0, "g/0", "first"));
            Awaitility.await()
                    .ignoreExceptions()
                    .until(() -> PostmortemFile.read(path).size() == 1);
            byte[] whole = Files.readAllBytes(path);
            Files.write(path, new byte[] {whole[0], whole[1], whole[2]}, StandardOpenOption.APPEND);
            file.add(new Ledger.AbnormalEnd(2, 0, "g/0", "second"));
            file.add(new Ledger.AbnormalEnd(3, 0, "g/0", "third"));
        }
        assertThat(PostmortemFile.read(path))
                .extracting(Postmortem::getEvidence)
                .containsExactly("first", "second", "third");
    }
}
