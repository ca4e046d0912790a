package dev.sallyport.supervisor.admin;

import java.nio.file.Path;

/**
 * That a supervisor can be reached by commands of its own user, and how.
 *
 * @param directory where its credential file lies while it runs
 * @param config the configuration's file, by which commands find the supervisor
 * @param onStop ends the program as SIGTERM would; called on a thread that may wait
 */
public record Administration(RunDirectory directory, Path config, Runnable onStop) {}
