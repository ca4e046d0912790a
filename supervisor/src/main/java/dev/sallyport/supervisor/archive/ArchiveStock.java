package dev.sallyport.supervisor.archive;

import dev.sallyport.supervisor.RuntimeConfig.ClassArchive;
import java.nio.file.Path;
import java.util.Map;

/**
 * The class archives in their folder, for a person who asks. Looking makes nothing.
 *
 * @param folder where they are, or would be; empty when there is no place for them
 * @param archives how many there are
 * @param bytes their size together
 * @param unusable why workers start without them; empty when the folder can be used
 */
public record ArchiveStock(String folder, int archives, long bytes, String unusable) {

    /** @param environment the process's own */
    public static ArchiveStock of(ClassArchive settings, Map<String, String> environment) {
        String folder = "";
        try {
            if (!settings.enabled()) {
                throw new NoArchiveException("class_archive.enabled is false");
            }
            Path path = ClassArchives.folder(settings, environment);
            folder = path.toString();
            return ArchiveFolder.isThere(path) ? ArchiveFolder.open(path).stock() : new ArchiveStock(folder, 0, 0, "");
        } catch (NoArchiveException e) {
            return new ArchiveStock(folder, 0, 0, String.valueOf(e.getMessage()));
        }
    }
}
