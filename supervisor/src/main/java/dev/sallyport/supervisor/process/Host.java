package dev.sallyport.supervisor.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;

/**
 * What this process found around it when it began, and that can make starts of workers fail for a reason of which the JDK does not
 * tell. A JDK that is updated in place no longer fits the JVM that runs: each start of a process goes through a program of it.
 *
 * @param pid of this process
 * @param javaHome the JDK that it runs on
 * @param files what the JDK's files looked like then
 */
record Host(long pid, Path javaHome, String files) {

    static Host ofThisProcess() {
        return of(ProcessHandle.current().pid(), Path.of(System.getProperty("java.home")));
    }

    static Host of(long pid, Path javaHome) {
        return new Host(pid, javaHome, look(javaHome));
    }

    private static String look(Path javaHome) {
        return look(javaHome, "lib/jspawnhelper") + look(javaHome, "bin/java");
    }

    private static String look(Path javaHome, String name) {
        try {
            BasicFileAttributes file = Files.readAttributes(javaHome.resolve(name), BasicFileAttributes.class);
            return file.size() + " " + file.lastModifiedTime().toMillis() + " " + file.fileKey() + ";";
        } catch (IOException e) {
            return "none;";
        }
    }

    /** What an operator should know before the first worker starts. */
    Optional<String> warning() {
        return pid == 1
                ? Optional.of("this supervisor is process 1, and gets every orphan of its container without reaping it:"
                        + " run the container with an init (docker run --init)")
                : Optional.empty();
    }

    /** The failure of a start, with its reason when that is a JDK that was exchanged since this process began. */
    IOException explained(IOException failure) {
        return look(javaHome).equals(files)
                ? failure
                : new IOException(
                        "the JDK in " + javaHome + " was replaced while this supervisor runs: restart the supervisor ("
                                + failure.getMessage() + ")",
                        failure);
    }
}
