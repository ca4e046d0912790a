package dev.sallyport.supervisor.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class ProcessTextTest {

    private static List<String> lines(String text) throws IOException {
        List<String> lines = new ArrayList<>();
        new LineSplitter(lines::add).drain(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
        return lines;
    }

    @Test
    void linesEndWithNewlineWithOrWithoutReturnOrAtTheEnd() throws IOException {
        assertThat(lines("a\r\nb\n\nc")).containsExactly("a", "b", "", "c");
    }

    @Test
    void aBundleThatAWorkerPrintsIsNotShownAndNothingBehindIt() throws IOException {
        assertThat(lines("SWPB\nSSWPSWPB\u0002\nSWPSWPB\u0001key\nkey"))
                .hasSize(3)
                .startsWith("SWPB", "SSWPSWPB\\u0002")
                .last(STRING)
                .startsWith("this worker prints its standard input");
    }

    @Test
    void controlAndFormatCharactersAreEscaped() throws IOException {
        assertThat(lines("x\u001b[2Jy\u202ez\u2028\tend")).containsExactly("x\\u001b[2Jy\\u202ez\\u2028 end");
    }

    @Test
    void hiddenCharactersBehindTheFirst65536AndHalvesOfPairsAreEscaped() {
        assertThat(Printable.text("a\udb40\udc41b\ud83d\ude00c")).isEqualTo("a\\udb40\\udc41b\ud83d\ude00c");
        assertThat(Printable.text("\ude00x\ud83d")).isEqualTo("\\ude00x\\ud83d");
        assertThat(Printable.text("y".repeat(499) + "\ud83d\ude00")).isEqualTo("y".repeat(499) + "\\ud83d...");
    }

    @Test
    void aLineWithoutEndIsBounded() throws IOException {
        assertThat(lines("x".repeat(5_000_000)))
                .singleElement()
                .satisfies(line -> assertThat(line).hasSize(503).endsWith("x..."));
    }

    @Test
    void theRingIsBoundedAndShowsTheLastLines() {
        OutputRing ring = new OutputRing();
        for (int i = 0; i < 10_000; i++) {
            ring.error("line " + i);
        }
        ring.output("other");
        assertThat(ring.traces())
                .containsExactly("last output: line 9995 | line 9996 | line 9997 | line 9998 | line 9999");
    }

    @Test
    @Timeout(60)
    void aLineMadeForItDoesNotKeepThePostMortemBusy() {
        OutputRing ring = new OutputRing();
        for (int i = 0; i < 200; i++) {
            ring.output("\\u0001".repeat(10_000));
        }
        ring.output("hs_err_pid1".repeat(10_000));
        ring.output("hs_err_pid" + "1".repeat(100_000));

        assertThat(ring.traces()).noneMatch(trace -> trace.startsWith("fatal error file"));
    }

    @Test
    void exhaustedMemoryAndFatalErrorFilesAreFound() {
        OutputRing ring = new OutputRing();
        ring.output("Terminating due to java.lang.OutOfMemoryError: Java heap space");
        ring.output("# /var/service/hs_err_pid4711.log");
        assertThat(ring.traces())
                .startsWith(
                        "out of memory: Terminating due to java.lang.OutOfMemoryError: Java heap space",
                        "fatal error file /var/service/hs_err_pid4711.log");
    }

    @Test
    void theEnvironmentIsAnAllowList() {
        Map<String, String> own = Map.of(
                "PATH",
                "/bin",
                "TZ",
                "UTC",
                "AWS_SECRET",
                "canary",
                "JAVA_TOOL_OPTIONS",
                "-javaagent:x",
                "HOME",
                "/root");
        assertThat(WorkerEnvironment.of(Map.of("HOME", "", "MODE", "fast", "NOT_SET", ""), own))
                .containsExactly(
                        Map.entry("HOME", "/root"),
                        Map.entry("MODE", "fast"),
                        Map.entry("PATH", "/bin"),
                        Map.entry("TZ", "UTC"));
    }
}
