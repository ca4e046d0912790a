package dev.sallyport.supervisor.cli;

import dev.sallyport.supervisor.admin.RunDirectory;
import java.io.PrintWriter;

/**
 * What a command has around it.
 *
 * @param out results: tables or JSON
 * @param err everything else
 * @param style whether results are coloured
 * @param directory where running supervisors are found
 */
record Shell(
        PrintWriter out,
        PrintWriter err,
        Style style,
        RunDirectory directory,
        SupervisorFactory factory,
        Signals signals) {

    /** Tells how it goes on, on standard error. */
    void note(String text) {
        err.println("sallyport: " + text);
        err.flush();
    }

    /** Tells why it failed, as JSON too where that was asked for. */
    int failed(Failure failure, boolean json) {
        if (json) {
            out.println(Json.write(failure.result()));
        }
        failure.lines().forEach(err::println);
        return failure.exit().code();
    }
}
