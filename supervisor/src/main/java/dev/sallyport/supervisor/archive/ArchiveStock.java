package dev.sallyport.supervisor.archive;

import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Map;

/**
 * The class archives in this user's folder, for a person who asks. Looking makes nothing.
 *
 * @param folder where they are, or would be; empty when there is no place for them
 * @param archives how many there are
 * @param bytes their size together
 * @param unusable why workers start without them; empty when the folder can be used
 */
public record ArchiveStock(String folder, int archives, long bytes, String unusable) {

    /** @param environment the process's own */
    public static ArchiveStock of(Map<String, String> environment) {
        String folder = "";
        try {
            Path path = ClassArchives.userCache(environment);
            folder = path.toString();
            return Files.exists(path, LinkOption.NOFOLLOW_LINKS)
                    ? ArchiveFolder.open(path).stock()
                    : new ArchiveStock(folder, 0, 0, "");
        } catch (NoArchiveException e) {
            return new ArchiveStock(folder, 0, 0, String.valueOf(e.getMessage()));
        }
    }
}
