package dev.sallyport.supervisor.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
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
     * @param defunct ended and not yet reaped by its parent
     */
    record Entry(long pid, long parent, long session, boolean defunct) {}

    /** Every process there is, as far as this one may see. */
    List<Entry> read();

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
                        handle.pid(), handle.parent().map(ProcessHandle::pid).orElse(0L), 0, false))
                .toList();
    }

    /** Linux. One pass over {@code /proc} costs a few milliseconds, whatever the number of workers. */
    record Proc(Path root) implements ProcessTable {

        /** Behind the name, which stands in brackets and may hold anything: state, parent, process group, session. */
        private static final int STATE = 0;

        private static final int PARENT = 1;
        private static final int SESSION = 3;
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

        private static void read(Path folder, List<Entry> entries) {
            try {
                String stat = new String(Files.readAllBytes(folder.resolve("stat")), StandardCharsets.ISO_8859_1);
                String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", SESSION + 2);
                boolean defunct = fields[STATE].equals("Z") || fields[STATE].equals("X");
                long pid = Long.parseLong(folder.getFileName().toString());
                entries.add(new Entry(pid, Long.parseLong(fields[PARENT]), Long.parseLong(fields[SESSION]), defunct));
            } catch (IOException e) {
                // it ended between the listing and the reading
            }
        }
    }
}
