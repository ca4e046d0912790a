package dev.sallyport.dist;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sallyport.dist.Distribution.Ended;
import dev.sallyport.dist.Distribution.Run;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The completion of the distribution in a real bash, set up as the page says. */
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class CompletionIT {

    private static final Duration LONG = Duration.ofSeconds(90);

    /** Asks what bash would ask at a Tab behind these words, of which the last one is not finished. */
    private static final String ASK = """
            PATH=$1:$PATH
            source <(sallyport completion bash)
            function=$(complete -p sallyport | sed 's/.*-F \\([^ ]*\\) .*/\\1/')
            compopt() { :; } # which bash has at a Tab only
            at_tab() {
              COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMP_LINE="$*" COMP_POINT=${#COMP_LINE} COMPREPLY=()
              "$function"
              echo "$* -> ${COMPREPLY[*]}"
            }
            at_tab sallyport postm
            at_tab sallyport re
            at_tab sallyport ps --wa
            at_tab sallyport run --i
            at_tab sallyport completion ''
            at_tab sallyport check --config "$2/h"
            """;

    @TempDir
    private Path folder;

    private Distribution sallyport;

    @BeforeEach
    void copyTheDistribution() throws Exception {
        sallyport = Distribution.copiedTo(folder);
    }

    @Test
    @DisplayName("bash is given commands, their options, their values and files")
    void whatBashIsGiven() throws Exception {
        String bin = sallyport.launcher().getParent().toString();
        String examples = "examples/hello";
        Ended asked = bash("-c", "cd \"$1/..\"\n" + ASK, "bash", bin, examples).ended();

        assertThat(asked.code()).as(asked.toString()).isZero();
        assertThat(asked.err()).isEmpty();
        assertThat(asked.out().lines())
                .containsExactly(
                        "sallyport postm -> postmortem",
                        "sallyport re -> restart",
                        "sallyport ps --wa -> --watch",
                        "sallyport run --i -> --input",
                        "sallyport completion  -> bash zsh",
                        "sallyport check --config examples/hello/h -> examples/hello/hello.yml");
    }

    @Test
    @DisplayName("a Tab on a terminal completes a command")
    void aTab() throws Exception {
        Run terminal = sallyport.execute(
                folder,
                Map.of(
                        "NO_COLOR", "1",
                        "TERM", "dumb",
                        "INPUTRC", "/dev/null",
                        "HISTFILE", folder.resolve("history").toString(),
                        "PATH", sallyport.launcher().getParent() + ":" + System.getenv("PATH")),
                PseudoTerminal.of(List.of("bash", "--norc", "--noprofile", "-i")));
        type(terminal, "source <(sallyport completion bash); echo set up: $?\n");
        await().atMost(LONG).until(() -> terminal.printed().contains("set up: 0"));
        type(terminal, "sallyport postm\t");
        await().atMost(LONG).until(() -> terminal.printed().contains("sallyport postmortem"));
        type(terminal, "--help\nexit 0\n");

        Ended ended = terminal.ended();
        assertThat(ended.code()).as(ended.toString()).isZero();
        assertThat(ended.out()).contains("Usage: sallyport postmortem ");
    }

    private Run bash(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("bash"));
        command.addAll(List.of(arguments));
        return sallyport.execute(folder, Map.of(), command);
    }

    private static void type(Run terminal, String keys) throws IOException {
        OutputStream keyboard = terminal.process().getOutputStream();
        keyboard.write(keys.getBytes(US_ASCII));
        keyboard.flush();
    }
}
