package dev.sallyport.dist;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.dist.Distribution.Ended;
import dev.sallyport.dist.Distribution.Run;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/** Colour is for who looks at it. */
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ColoursIT {

    private static final String ESCAPE = "\u001b";
    private static final Map<String, String> XTERM = Map.of("TERM", "xterm-256color");

    @TempDir
    private Path folder;

    private Distribution sallyport;

    @BeforeEach
    void copyTheDistribution() throws Exception {
        sallyport = Distribution.copiedTo(folder);
    }

    @Test
    @DisplayName("a table has colour on a terminal, and the same text without it")
    void onATerminalOnly() throws Exception {
        Run terminal = onATerminal(XTERM, "doctor");
        Run piped = sallyport.start(folder, "doctor");

        String coloured = text(terminal);
        assertThat(coloured).contains(ESCAPE + "[32mok" + ESCAPE + "[0m");
        String plain = text(piped);
        assertThat(plain).doesNotContain(ESCAPE).contains("ok  java");
        assertThat(withoutColour(coloured)).contains("ok  java");
    }

    @Test
    @DisplayName("neither NO_COLOR nor --json has any on a terminal")
    void notWhereItIsNotWanted() throws Exception {
        Run without = onATerminal(Map.of("TERM", "xterm-256color", "NO_COLOR", "1"), "doctor");
        Run json = onATerminal(XTERM, "doctor", "--json");

        assertThat(text(without)).doesNotContain(ESCAPE).contains("ok  java");
        String object = text(json);
        assertThat(object).doesNotContain(ESCAPE);
        assertThat(JsonMapper.shared().readTree(object).isObject()).isTrue();
    }

    private Run onATerminal(Map<String, String> environment, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(sallyport.launcher().toString()));
        command.addAll(List.of(arguments));
        return sallyport.execute(folder, environment, PseudoTerminal.of(command));
    }

    /** Whatever the doctor thinks of this machine. */
    private static String text(Run run) throws Exception {
        Ended ended = run.ended();
        assertThat(ended.code()).as(ended.toString()).isIn(0, 11);
        return ended.out().replace("\r\n", "\n");
    }

    private static String withoutColour(String text) {
        return text.replaceAll(ESCAPE + "\\[[0-9;]*m", "");
    }
}
