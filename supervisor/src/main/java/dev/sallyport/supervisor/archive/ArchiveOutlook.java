package dev.sallyport.supervisor.archive;

import dev.sallyport.supervisor.ArchiveUse;
import dev.sallyport.supervisor.GroupSpec;
import dev.sallyport.supervisor.RuntimeConfig.ClassArchive;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Which class archive a worker would start with now, for a person who asks. Looking makes nothing, and keeps nothing from being deleted.
 *
 * @param use {@code GIVEN}, {@code NONE_YET} or {@code OFF}
 * @param flags for its command line; empty without an archive
 * @param told where it is, or why there is none
 */
public record ArchiveOutlook(ArchiveUse use, List<String> flags, String told) {

    /** @param environment the process's own */
    public static ArchiveOutlook of(ClassArchive settings, GroupSpec group, Map<String, String> environment) {
        if (!settings.enabled()) {
            return off("class_archive.enabled is false");
        }
        try {
            Recipe recipe = Recipe.of(group);
            Path folder = ClassArchives.folder(settings, environment);
            Path archive =
                    ArchiveFolder.isThere(folder) ? ArchiveFolder.open(folder).look(recipe.key()) : null;
            return archive == null
                    ? new ArchiveOutlook(
                            ArchiveUse.NONE_YET, List.of(), "none yet: made in " + folder + " after the first start")
                    : new ArchiveOutlook(ArchiveUse.GIVEN, ClassArchives.flags(archive), archive.toString());
        } catch (NoArchiveException e) {
            return off(String.valueOf(e.getMessage()));
        }
    }

    private static ArchiveOutlook off(String reason) {
        return new ArchiveOutlook(ArchiveUse.OFF, List.of(), reason);
    }
}
