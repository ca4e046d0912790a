package dev.sallyport.supervisor.admin;

import dev.sallyport.proto.admin.v1.Postmortem;
import dev.sallyport.supervisor.admin.AdminException.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The abnormal ends of one supervisor, written down as they come, so that they outlive it. Length-delimited messages, in a file of
 * mode 0600 beside the credential file. Made with the first one: a supervisor without fault leaves nothing.
 */
public final class PostmortemFile implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(PostmortemFile.class);

    /** A group that restarts without end must not fill the disk. */
    private static final int RECORDS_MAX = 1_000;

    private static final long LAST_WORDS_MILLIS = 1_000;
    private static final int EVIDENCE_BYTES = 64 << 10;

    private final RunDirectory directory;
    private final Path path;
    private final ExecutorService writer = Executors.newSingleThreadExecutor(task -> {
        Thread thread = new Thread(task, "sallyport-postmortems");
        thread.setDaemon(true);
        return thread;
    });
    private int written;

    /** Of the whole records. What a full disk cut short stands behind it, and the next record takes its place. */
    private long length;

    PostmortemFile(RunDirectory directory, RunFile file) {
        this.directory = directory;
        this.path = of(file);
    }

    static Path of(RunFile file) {
        String name = String.valueOf(file.path().getFileName());
        return file.path().resolveSibling(name.replaceFirst("\\.credential$", RunDirectory.POSTMORTEM_EXTENSION));
    }

    /** Hands it over; does not wait for the disk. */
    void add(Ledger.AbnormalEnd end) {
        try {
            writer.execute(() -> write(AdminRoutes.message(end, EVIDENCE_BYTES)));
        } catch (RejectedExecutionException e) {
            LOG.debug("an end after the close was not written down");
        }
    }

    private void write(Postmortem record) {
        if (written == RECORDS_MAX) {
            return;
        }
        try {
            if (written == 0) {
                directory.prepare();
                directory.prunePostmortems();
                RunDirectory.remove(path);
            }
            Set<StandardOpenOption> how = written == 0
                    ? Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)
                    : Set.of(StandardOpenOption.WRITE);
            try (SeekableByteChannel channel = Files.newByteChannel(
                    path, how, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
                channel.truncate(length).position(length);
                record.writeDelimitedTo(Channels.newOutputStream(channel));
                length = channel.position();
            }
            written++;
        } catch (IOException | AdminException | UnsupportedOperationException e) {
            LOG.warn("a post-mortem was not written down: {}", e.getMessage());
        }
    }

    /** Reads what a supervisor wrote; what was cut by its end is left out. */
    public static List<Postmortem> read(Path file) throws AdminException {
        List<Postmortem> records = new ArrayList<>();
        try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
            for (Postmortem record = Postmortem.parseDelimitedFrom(in);
                    record != null && records.size() < RECORDS_MAX;
                    record = Postmortem.parseDelimitedFrom(in)) {
                records.add(record);
            }
        } catch (IOException e) {
            if (records.isEmpty()) {
                throw new AdminException(Kind.UNREACHABLE, "cannot read the post-mortems in " + file, e);
            }
        }
        return records;
    }

    @Override
    public void close() {
        writer.shutdown();
        try {
            if (!writer.awaitTermination(LAST_WORDS_MILLIS, TimeUnit.MILLISECONDS)) {
                LOG.warn("the last post-mortems were not written down in time");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
