package dev.sallyport.supervisor.archive;

import dev.sallyport.supervisor.GroupSpec;
import dev.sallyport.supervisor.process.WorkerCommand;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * What an archive is made from. Two groups with the same key share one.
 *
 * @param key 64 hex digits: SHA-256 over the JDK, the jars with their sizes and times of change, and the flags
 * @param jvmArgs the flags of the group that a training run takes over
 * @param classPath jars, in order
 * @param roots the discovery roots, whose classes are loaded in training but never initialised
 */
record Recipe(String key, List<String> jvmArgs, List<String> classPath, List<String> roots) {

    /** Flags that run code of others, change what classes are, choose an archive themselves, or cannot be seen from here. */
    private static final Pattern UNSUITABLE = Pattern.compile(
            "-javaagent:.*|-agent(lib|path):.*|-Xrun.*|-Xdebug"
                    + "|-Xbootclasspath.*|--patch-module.*|--upgrade-module-path.*|--limit-modules.*|-Djava\\.system\\.class\\.loader=.*"
                    + "|-Xshare:.*|-XX:SharedArchiveFile=.*|-XX:ArchiveClassesAtExit=.*|-XX:AOT.*|-XX:\\+AutoCreateSharedArchive|@.*");

    /** Flags that write files, open ports or start programs, which the training run of a worker must not do as well. */
    private static final Pattern NOT_IN_TRAINING =
            Pattern.compile("-Xlog.*|-Xloggc.*|-verbose.*|-Dcom\\.sun\\.management\\..*"
                    + "|-XX:(StartFlightRecording|FlightRecorderOptions|OnError|OnOutOfMemoryError|HeapDumpPath|ErrorFile|LogFile)=.*"
                    + "|-XX:\\+(HeapDumpOnOutOfMemoryError|HeapDumpBeforeFullGC|HeapDumpAfterFullGC|LogVMOutput)");

    Recipe {
        jvmArgs = List.copyOf(jvmArgs);
        classPath = List.copyOf(classPath);
        roots = List.copyOf(roots);
    }

    /** @throws NoArchiveException when the group's workers cannot have one */
    static Recipe of(GroupSpec group) throws NoArchiveException {
        if (!group.command().isEmpty()) {
            throw new NoArchiveException("its workers run a command");
        }
        if (!group.entry().isEmpty()) {
            throw new NoArchiveException("its workers have a main class of their own");
        }
        if (group.discoveryRoots().isEmpty()) {
            throw new NoArchiveException("it has no discovery roots");
        }
        for (String arg : group.jvmArgs()) {
            if (UNSUITABLE.matcher(arg).matches()) {
                // the argument itself may hold what is not for a log
                throw new NoArchiveException(
                        "jvm_args has an agent, an archive of its own, or another flag that rules it out");
            }
        }
        List<String> classPath = WorkerCommand.classPath(group);
        List<String> jvmArgs = group.jvmArgs().stream()
                .filter(arg -> !NOT_IN_TRAINING.matcher(arg).matches())
                .toList();
        List<String> parts = new ArrayList<>(List.of("1", System.getProperty("java.home"), platform()));
        for (String entry : classPath) {
            parts.add(entry);
            parts.add(state(entry));
        }
        parts.addAll(jvmArgs);
        return new Recipe(digest(parts), jvmArgs, classPath, group.discoveryRoots());
    }

    /** For the workers of both groups, which have the same key. */
    Recipe and(Recipe other) {
        Set<String> all = new LinkedHashSet<>(roots);
        all.addAll(other.roots);
        return new Recipe(key, jvmArgs, classPath, List.copyOf(all));
    }

    private static String platform() {
        return String.join(
                " ",
                System.getProperty("java.vm.name"),
                System.getProperty("java.vm.version"),
                System.getProperty("os.arch"));
    }

    /** What the JVM itself compares when it is given an archive: size and time of change. */
    private static String state(String entry) throws NoArchiveException {
        try {
            Path path = Path.of(entry);
            BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
            if (attributes.isDirectory()) {
                throw new NoArchiveException("a folder is on its class path, and the JVM archives jars only");
            }
            return attributes.size() + " " + attributes.lastModifiedTime().to(TimeUnit.NANOSECONDS);
        } catch (IOException | InvalidPathException e) {
            return "absent";
        }
    }

    private static String digest(List<String> parts) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (String part : parts) {
                byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
                digest.update((bytes.length + ":").getBytes(StandardCharsets.US_ASCII));
                digest.update(bytes);
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
