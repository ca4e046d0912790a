package dev.sallyport.supervisor.admin;

import com.google.protobuf.Message;
import com.google.protobuf.Parser;
import dev.sallyport.proto.admin.v1.Accepted;
import dev.sallyport.proto.admin.v1.DrainCommand;
import dev.sallyport.proto.admin.v1.Logs;
import dev.sallyport.proto.admin.v1.LogsRequest;
import dev.sallyport.proto.admin.v1.Postmortems;
import dev.sallyport.proto.admin.v1.PostmortemsRequest;
import dev.sallyport.proto.admin.v1.RestartCommand;
import dev.sallyport.proto.admin.v1.Status;
import dev.sallyport.proto.admin.v1.StatusRequest;
import dev.sallyport.proto.admin.v1.StopCommand;
import dev.sallyport.transport.MethodDescriptor;
import dev.sallyport.transport.PeerId;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The methods that are open to {@link PeerId#ADMIN} alone. */
public final class AdminMethods {

    /** Groups and workers as they are now. */
    public static final MethodDescriptor<StatusRequest, Status> STATUS =
            method("status", StatusRequest.parser(), Status.parser());

    /** Ends the supervisor as SIGTERM does. */
    public static final MethodDescriptor<StopCommand, Accepted> STOP =
            method("stop", StopCommand.parser(), Accepted.parser());

    /** Stops one group without loss. */
    public static final MethodDescriptor<DrainCommand, Accepted> DRAIN =
            method("drain", DrainCommand.parser(), Accepted.parser());

    /** Starts the workers of one group anew, one after the other. */
    public static final MethodDescriptor<RestartCommand, Accepted> RESTART =
            method("restart", RestartCommand.parser(), Accepted.parser());

    /** What one worker printed last. */
    public static final MethodDescriptor<LogsRequest, Logs> LOGS = method("logs", LogsRequest.parser(), Logs.parser());

    /** The abnormal ends that are remembered. */
    public static final MethodDescriptor<PostmortemsRequest, Postmortems> POSTMORTEMS =
            method("postmortems", PostmortemsRequest.parser(), Postmortems.parser());

    private AdminMethods() {}

    /** The names of all of them. */
    static Set<String> names() {
        return Stream.of(STATUS, STOP, DRAIN, RESTART, LOGS, POSTMORTEMS)
                .map(MethodDescriptor::name)
                .collect(Collectors.toUnmodifiableSet());
    }

    private static <Q extends Message, R extends Message> MethodDescriptor<Q, R> method(
            String name, Parser<Q> request, Parser<R> reply) {
        return new MethodDescriptor<>(
                PeerId.ADMIN_GROUP + "/" + name,
                ExactCodec.of(request),
                ExactCodec.of(reply),
                MethodDescriptor.Shape.UNARY);
    }
}
