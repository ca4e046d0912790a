package dev.sallyport.supervisor.cli;

import dev.sallyport.supervisor.RuntimeConfig;
import dev.sallyport.supervisor.RuntimeConfig.ClassArchive;
import dev.sallyport.supervisor.admin.AdminException;
import dev.sallyport.supervisor.admin.RunDirectory;
import dev.sallyport.supervisor.archive.ArchiveOutlook;
import dev.sallyport.supervisor.archive.ArchiveStock;
import dev.sallyport.supervisor.bootstrap.ClassPath;
import dev.sallyport.supervisor.process.Printable;
import dev.sallyport.supervisor.process.SystemTools;
import dev.sallyport.transport.RejectedException;
import dev.sallyport.transport.Routes;
import dev.sallyport.transport.Transport;
import dev.sallyport.transport.TransportConfig;
import dev.sallyport.transport.TransportServer;
import dev.sallyport.transport.loopback.LoopbackTransport;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the doctor looks at. Reads and binds a port for a moment; changes nothing.
 *
 * @param config whose class archives are meant; null for those of a program with the defaults
 */
record Examination(RunDirectory directory, @Nullable RuntimeConfig config) {

    private static final int JAVA_MIN = 17;
    private static final long FILES_WANTED = 4_096;
    private static final long PROCESSES_WANTED = 1_024;

    /** No clock of a machine that runs this can be earlier. */
    private static final Instant BEFORE_RELEASE = Instant.parse("2025-01-01T00:00:00Z");

    private static final int MIB_SHIFT = 20;
    private static final Path FIRST_PROCESS = Path.of("/proc/1/cmdline");
    private static final Path LIMITS = Path.of("/proc/self/limits");

    List<Finding> findings() {
        List<Finding> findings = new ArrayList<>();
        findings.add(java());
        findings.add(loopback("127.0.0.1"));
        findings.add(epoll());
        findings.addAll(tools());
        findings.add(runDirectory());
        findings.add(classPath());
        ClassArchive archives = config == null ? ClassArchive.DEFAULT : config.classArchive();
        findings.add(classArchives(archives, System.getenv()));
        if (config != null && config.mode() == RuntimeConfig.Mode.PROCESS_SUPERVISOR) {
            config.groups().stream()
                    .map(group -> classArchive(group.name(), ArchiveOutlook.of(archives, group, System.getenv())))
                    .forEach(findings::add);
        }
        findings.add(
                limit("open files", "Max open files", FILES_WANTED, "two for each session, three for each worker"));
        findings.add(
                limit("processes", "Max processes", PROCESSES_WANTED, "threads count, some thirty for each worker"));
        findings.add(reaper(FIRST_PROCESS));
        findings.add(clock());
        return findings;
    }

    private static Finding java() {
        int version = Runtime.version().feature();
        String found = System.getProperty("java.version") + ", " + System.getProperty("java.home");
        return version >= JAVA_MIN
                ? Finding.ok("java", found)
                : Finding.fail("java", found, "use " + JAVA_MIN + " or later, by JAVA_HOME");
    }

    private static Finding loopback(String host) {
        try (Transport transport = LoopbackTransport.create(
                        TransportConfig.builder().bind(host, 0).build());
                TransportServer server = transport.bind(Routes.none())) {
            return Finding.ok(
                    "loopback",
                    "bound " + server.address().getAddress().getHostAddress() + ", port "
                            + server.address().getPort());
        } catch (RejectedException e) {
            return Finding.fail("loopback", String.valueOf(e.getMessage()), "bring the interface lo up");
        }
    }

    private static Finding epoll() {
        try {
            LoopbackTransport.create(TransportConfig.builder()
                            .io(TransportConfig.Io.EPOLL)
                            .build())
                    .close();
            return Finding.ok("epoll", "native transport loads");
        } catch (RejectedException | UnsatisfiedLinkError e) {
            return Finding.warn("epoll", "not here", "NIO is used instead, which costs a little more for each call");
        }
    }

    private static List<Finding> tools() {
        return List.of(
                tool(
                        "setsid",
                        "what a worker starts is found through its parent only, and is not in a session of its own"),
                tool("prlimit", "workers may write core dumps, which hold keys: set ulimit -c 0 yourself"),
                deathSignal(SystemTools.find("setpriv"), SystemTools.hasDeathSignal()),
                tool("kill", "a worker that is stopped (SIGSTOP) does not hear SIGTERM and is killed instead"));
    }

    static Finding deathSignal(Optional<String> setpriv, boolean works) {
        String without = "a worker that is stopped (SIGSTOP) may outlive a supervisor that is killed";
        return setpriv.isEmpty() || works
                ? tool("setpriv", setpriv, without)
                : Finding.warn(
                        "setpriv",
                        setpriv.get() + " does not know --pdeathsig",
                        without + "; install util-linux 2.33 or later");
    }

    private static Finding tool(String name, String without) {
        return tool(name, SystemTools.find(name), without);
    }

    private static Finding tool(String name, Optional<String> path, String without) {
        return path.isPresent()
                ? Finding.ok(name, path.get())
                : Finding.warn(name, "not in " + SystemTools.FOLDERS, without + "; install util-linux or procps");
    }

    private Finding runDirectory() {
        Path folder = directory.folder();
        try {
            if (directory.isMissing()) {
                return Finding.ok("run directory", folder + ", made when a supervisor starts");
            }
            directory.check();
            return Finding.ok("run directory", folder + ", mode 0700, yours");
        } catch (AdminException e) {
            return Finding.fail(
                    "run directory", String.valueOf(e.getMessage()), "until then no command reaches a supervisor");
        }
    }

    private static Finding classPath() {
        List<Path> folders = ClassPath.ofThisProcess().entries().stream()
                .filter(Files::isDirectory)
                .toList();
        return folders.isEmpty()
                ? Finding.ok("class path", "jars only")
                : Finding.warn(
                        "class path",
                        "has a folder, " + folders.get(0),
                        "class-data sharing needs jars only, or workers start slowly");
    }

    /** @param environment the process's own */
    static Finding classArchives(ClassArchive settings, Map<String, String> environment) {
        return settings.enabled()
                ? classArchives(ArchiveStock.of(settings, environment))
                : Finding.ok("class archives", "off, as configured: class_archive.enabled is false");
    }

    static Finding classArchives(ArchiveStock stock) {
        if (!stock.unusable().isEmpty()) {
            return Finding.warn(
                    "class archives", Printable.text(stock.unusable()), "workers start without them, slower");
        }
        String java = "; each JDK makes its own, this one is " + System.getProperty("java.version");
        String found = stock.archives() == 0
                ? "none yet"
                : stock.archives() + " with " + (stock.bytes() >> MIB_SHIFT) + " MiB together";
        return Finding.ok("class archives", Printable.text(stock.folder()) + ", " + found + java);
    }

    /** One that is off is as somebody wants it, or cannot be otherwise: no reason to warn. */
    static Finding classArchive(String group, ArchiveOutlook archive) {
        String told = Printable.text(archive.told());
        String state = switch (archive.use()) {
            case NONE_YET -> told;
            case OFF -> "off: " + told;
            default -> "present, " + told;
        };
        return Finding.ok("class archive of " + group, state);
    }

    private static Finding limit(String what, String name, long wanted, String why) {
        try {
            for (String line : Files.readAllLines(LIMITS, StandardCharsets.ISO_8859_1)) {
                if (line.startsWith(name)) {
                    return judged(what, line.substring(name.length()).trim().split(" +", 2)[0], wanted, why);
                }
            }
        } catch (IOException e) {
            // told below
        }
        return Finding.warn(what, "this system does not tell", "see that there are " + wanted);
    }

    private static Finding judged(String what, String soft, long wanted, String why) {
        boolean enough = soft.equals("unlimited") || Long.parseLong(soft) >= wanted;
        return enough
                ? Finding.ok(what, soft)
                : Finding.warn(what, soft, "raise it to " + wanted + " for many workers: " + why);
    }

    /**
     * In a container without an init the supervisor itself is process 1, and gets every orphan. The doctor may run beside it, so that
     * its own number tells nothing.
     */
    static Finding reaper(Path firstProcess) {
        boolean supervisor = ProcessHandle.current().pid() == 1;
        try {
            String command = Files.readString(firstProcess, StandardCharsets.ISO_8859_1);
            supervisor |= List.of(command.split("\0", -1)).contains(Main.class.getName());
        } catch (IOException e) {
            // a system that does not tell, and of which the doctor's own number is all there is
        }
        return supervisor
                ? Finding.warn("init", "sallyport is process 1", "run the container with an init (docker run --init)")
                : Finding.ok("init", "process 1 is another program");
    }

    private static Finding clock() {
        Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
        return now.isAfter(BEFORE_RELEASE)
                ? Finding.ok("clock", now.toString())
                : Finding.fail("clock", now.toString(), "set it: the time of a handshake is checked");
    }
}
