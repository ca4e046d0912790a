package dev.sallyport.supervisor.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The system's own tools, by absolute path, as far as they are there: {@code setsid}, {@code prlimit}, {@code nice} and {@code setpriv},
 * which replace themselves by the command and so keep its pid, and {@code kill}, which knows the signals that Java does not.
 *
 * @param setpriv null as well when it is too old to know {@code --pdeathsig}
 */
record Tools(
        @Nullable String setsid,
        @Nullable String prlimit,
        @Nullable String kill,
        @Nullable String nice,
        @Nullable String setpriv) {

    private static final Logger LOG = LoggerFactory.getLogger(Tools.class);
    static final List<String> FOLDERS = List.of("/usr/bin", "/bin");

    /** A tenth of the share of others: with 19, a busy machine would never get around to it. */
    private static final String BACKGROUND_NICENESS = "10";

    private static final long RUN_LIMIT_MILLIS = 500;

    /** Looked for once. */
    private static final class ThisSystem {
        static final Tools TOOLS =
                new Tools(find("setsid"), find("prlimit"), find("kill"), find("nice"), findDeathSignal());
    }

    static Tools ofThisSystem() {
        return ThisSystem.TOOLS;
    }

    /** util-linux before 2.33 and BusyBox have a {@code setpriv} that would refuse to start anything so. */
    private static @Nullable String findDeathSignal() {
        String setpriv = find("setpriv");
        return setpriv != null && run(List.of(setpriv, "--pdeathsig", "CONT", setpriv, "--version")) ? setpriv : null;
    }

    static @Nullable String find(String name) {
        return FOLDERS.stream()
                .map(folder -> Path.of(folder, name))
                .filter(Files::isExecutable)
                .map(Path::toString)
                .findFirst()
                .orElse(null);
    }

    /**
     * The command in a session of its own, and with core dumps off, since one would hold keys. When the thread that starts it ends it is
     * continued: a worker that was stopped wakes, and sees that its supervisor is gone (docs/adr/0045). In the background it runs at a
     * low priority, and is killed with that thread, since nothing else would see to its end.
     */
    List<String> wrap(List<String> argv, boolean background) {
        List<String> wrapped = new ArrayList<>();
        if (setpriv != null) {
            wrapped.addAll(List.of(setpriv, "--pdeathsig", background ? "KILL" : "CONT"));
        }
        if (background && nice != null) {
            wrapped.addAll(List.of(nice, "-n", BACKGROUND_NICENESS));
        }
        if (prlimit != null) {
            // the soft limit only, so that a command that wants core dumps can raise it again
            wrapped.add(prlimit);
            wrapped.add("--core=0:");
        }
        if (setsid != null) {
            wrapped.add(setsid);
        }
        wrapped.addAll(argv);
        return wrapped;
    }

    /**
     * SIGCONT to a process, and to its group when it leads one: it may have been stopped before it came to lead one. Best effort: without
     * the tool nothing happens.
     */
    void resume(ProcessHandle process) {
        if (kill == null || !process.isAlive()) {
            return;
        }
        String pid = Long.toString(process.pid());
        run(setsid == null ? List.of(kill, "-CONT", pid) : List.of(kill, "-CONT", "--", "-" + pid, pid));
    }

    /** Whether it could be run and said that all went well. */
    private static boolean run(List<String> argv) {
        try {
            Process tool = new ProcessBuilder(argv)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            if (tool.waitFor(RUN_LIMIT_MILLIS, TimeUnit.MILLISECONDS)) {
                return tool.exitValue() == 0;
            }
            tool.destroyForcibly();
        } catch (IOException e) {
            LOG.warn("cannot run {}: {}", argv.get(0), e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return false;
    }
}
