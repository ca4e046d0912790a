package dev.sallyport.supervisor.cli;

import dev.sallyport.supervisor.admin.AdminException;
import dev.sallyport.supervisor.admin.RunDirectory;
import dev.sallyport.supervisor.admin.RunFile;

/** The end of a supervisor, as a command sees it. */
final class Departure {

    private Departure() {}

    /** Whether the supervisor has taken its credential file back, or is dead. */
    static boolean hasLeft(RunFile file, RunDirectory directory) throws AdminException {
        return directory.files().stream().noneMatch(other -> other.path().equals(file.path()));
    }
}
