package dev.sallyport.dist;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.util.List;
import java.util.stream.Collectors;

/** Commands on a terminal that script(1) of util-linux makes: what is written to its input is typed there. */
final class PseudoTerminal {

    private PseudoTerminal() {}

    /** The command line that runs this one on a terminal, and ends with its code; the test is skipped where there is no such script. */
    static List<String> of(List<String> command) throws InterruptedException {
        assumeThat(version()).as("script of util-linux makes a terminal").contains("util-linux");
        String quoted = command.stream()
                .map(word -> "'" + word.replace("'", "'\\''") + "'")
                .collect(Collectors.joining(" ", "exec ", ""));
        return List.of("script", "-qec", quoted, "/dev/null");
    }

    private static String version() throws InterruptedException {
        try {
            Process script = new ProcessBuilder("script", "--version")
                    .redirectErrorStream(true)
                    .start();
            String told = new String(script.getInputStream().readAllBytes(), US_ASCII);
            return script.waitFor() == 0 ? told : "";
        } catch (IOException e) {
            return "";
        }
    }
}
