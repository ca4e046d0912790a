package dev.sallyport.transport.observe;

import jdk.jfr.Category;
import jdk.jfr.Enabled;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;

/** The events of {@link FlightRecorder}. Their names and fields are read by tools: they only grow. */
final class Events {

    private Events() {}

    @Name("sallyport.SessionOpened")
    @Label("Session Opened")
    @Category("Sallyport")
    @StackTrace(false)
    static final class SessionOpened extends Event {
        String peer = "";
        String lane = "";
    }

    @Name("sallyport.SessionClosed")
    @Label("Session Closed")
    @Category("Sallyport")
    @StackTrace(false)
    static final class SessionClosed extends Event {
        String peer = "";
        String lane = "";
        String code = "";
    }

    @Name("sallyport.Rejected")
    @Label("Rejected")
    @Category("Sallyport")
    @StackTrace(false)
    static final class Rejected extends Event {
        /** Empty before a peer has authenticated. */
        String peer = "";

        String code = "";
        String cause = "";
    }

    /** A call, from either end. */
    abstract static class Exchange extends Event {
        String peer = "";
        String method = "";
        String outcome = "";

        @Timespan(Timespan.NANOSECONDS)
        long took;
    }

    @Name("sallyport.Call")
    @Label("Call Made")
    @Category("Sallyport")
    @Enabled(false)
    @StackTrace(false)
    static final class Call extends Exchange {}

    @Name("sallyport.Request")
    @Label("Request Served")
    @Category("Sallyport")
    @Enabled(false)
    @StackTrace(false)
    static final class Request extends Exchange {}

    @Name("sallyport.WriteStalled")
    @Label("Write Stalled")
    @Category("Sallyport")
    @StackTrace(false)
    static final class WriteStalled extends Event {
        String peer = "";
        String lane = "";

        @Timespan(Timespan.NANOSECONDS)
        long took;
    }
}
