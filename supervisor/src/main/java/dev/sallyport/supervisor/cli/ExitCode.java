package dev.sallyport.supervisor.cli;

import dev.sallyport.supervisor.SupervisorException;
import dev.sallyport.supervisor.admin.AdminException;
import dev.sallyport.supervisor.scenario.RunException;
import picocli.CommandLine;

/** The exit codes of the program ({@code docs/operations.md}). A code never changes its meaning. */
enum ExitCode {
    OK(0),
    /** A call of the run failed, or the run was ended from outside. */
    RUN_FAILED(1),
    USAGE(CommandLine.ExitCode.USAGE),
    CONFIGURATION(3),
    /** A line of the input is not a record. */
    MALFORMED_LINE(4),
    WORKER_LOST(5),
    /** The groups did not start, or were not ready in time. */
    START_FAILED(6),
    /** The run succeeded, and a worker had to be forced or did not stop. */
    NOT_GRACEFUL(7),
    /** The input could not be read or the output not be written. */
    FILE(8),
    /** No running supervisor is the one that was meant, or it cannot be reached. */
    NO_SUPERVISOR(9),
    /** The supervisor does not carry out the order. */
    REFUSED(10),
    /** The doctor found something that does not work. */
    UNHEALTHY(11),
    /** A defect of this program. */
    INTERNAL(70);

    private final int code;

    ExitCode(int code) {
        this.code = code;
    }

    int code() {
        return code;
    }

    static ExitCode of(SupervisorException.Category category) {
        return switch (category) {
            case CONFIGURATION -> CONFIGURATION;
            case BOOTSTRAP, CHILD_BOOTSTRAP, READY_TIMEOUT, TRANSPORT_REJECT -> START_FAILED;
            case WORKER_FAILED -> WORKER_LOST;
            case STOP_TIMEOUT, STOP_FAILED -> NOT_GRACEFUL;
        };
    }

    static ExitCode of(AdminException.Kind kind) {
        return kind == AdminException.Kind.REFUSED ? REFUSED : NO_SUPERVISOR;
    }

    static ExitCode of(RunException.Category category) {
        return switch (category) {
            case MALFORMED_LINE -> MALFORMED_LINE;
            case WORKER_LOST -> WORKER_LOST;
            case CALL_FAILED, ABORTED -> RUN_FAILED;
            case INPUT_FAILED, OUTPUT_FAILED -> FILE;
        };
    }
}
