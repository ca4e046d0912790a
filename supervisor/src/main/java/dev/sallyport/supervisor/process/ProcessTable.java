package dev.sallyport.supervisor.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** One look at all processes of the machine. */
interface ProcessTable {

    /**
     * A process.
     *
     * @param parent 0 when unknown
     * @param session the id of its session, 0 when unknown
     * @param start when it was started, comparable with {@link #start} only; 0 when this system does not tell
     * @param defunct ended and not yet reaped by its parent
     */
    record Entry(long pid, long parent, long session, long start, boolean defunct) {}

    /**
     * Every process there is, as far as this one may see.
     *
     * @throws RuntimeException when the table cannot be read as a whole, for instance for want of a descriptor: what is missing in a
     *     part of it would be taken for ended
     */
    List<Entry> read();

    /** When the process that has this pid now was started; 0 when there is none or this system does not tell. */
    default long start(long pid) {
        return 0;
    }

    /** The resident memory of a process in bytes; 0 when this system does not tell. */
    default long residentBytes(long pid) {
        return 0;
    }

    /** The table of this system: {@code /proc} where there is one, which also knows sessions. */
    static ProcessTable ofThisSystem() {
        Path proc = Path.of("/proc");
        return Files.isReadable(proc.resolve("self/stat")) ? new Proc(proc) : ProcessTable::portable;
    }

    private static List<Entry> portable() {
        return ProcessHandle.allProcesses()
                .map(handle -> new Entry(
                        handle.pid(), handle.parent().map(ProcessHandle::pid).orElse(0L), 0, 0, false))
                .toList();
    }

    /** Linux. One pass over {@code /proc} costs a few milliseconds, whatever the number of workers. */
    record Proc(Path root) implements ProcessTable {

        /** Behind the name, which stands in brackets and may hold anything: state, parent, process group, session. */
        private static final int STATE = 0;

        private static final int PARENT = 1;
        private static final int SESSION = 3;
        private static final int START = 19;
        private static final String RESIDENT = "VmRSS:";

        @Override
        public List<Entry> read() {
            List<Entry> entries = new ArrayList<>();
            try (DirectoryStream<Path> folders = Files.newDirectoryStream(root, "[0-9]*")) {
                for (Path folder : folders) {
                    read(folder, entries);
                }
            } catch (IOException e) {
                throw new UncheckedIOException("cannot list " + root, e);
            }
            return entries;
        }

        /** {@code VmRSS:     1234 kB}, always in this unit. */
        @Override
        public long residentBytes(long pid) {
            try (Stream<String> lines = Files.lines(root.resolve(pid + "/status"), StandardCharsets.ISO_8859_1)) {
                return lines.filter(line -> line.startsWith(RESIDENT))
                        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
                        .findFirst()
                        .orElse(0);
            } catch (IOException | UncheckedIOException e) {
                return 0;
            }
        }

        @Override
        public long start(long pid) {
            try {
                return Long.parseLong(fields(root.resolve(Long.toString(pid)))[START]);
            } catch (IOException e) {
                return 0;
            }
        }

        private static void read(Path folder, List<Entry> entries) throws IOException {
            try {
                String[] fields = fields(folder);
                boolean defunct = fields[STATE].equals("Z") || fields[STATE].equals("X");
                entries.add(new Entry(
                        Long.parseLong(folder.getFileName().toString()),
                        Long.parseLong(fields[PARENT]),
                        Long.parseLong(fields[SESSION]),
                        Long.parseLong(fields[START]),
                        defunct));
            } catch (NoSuchFileException | AccessDeniedException e) {
                // it ended between the listing and the reading, or is not for us to see
            } catch (FileSystemException e) {
                // it may be there, and cannot be opened
                throw e;
            } catch (IOException e) {
                // it ended between the opening and the reading
            }
        }

        private static String[] fields(Path folder) throws IOException {
            String stat = new String(Files.readAllBytes(folder.resolve("stat")), StandardCharsets.ISO_8859_1);
            return stat.substring(stat.lastIndexOf(')') + 2).split(" ", START + 2);
        }
    }
}
