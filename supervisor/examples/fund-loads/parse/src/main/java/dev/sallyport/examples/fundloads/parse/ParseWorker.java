package dev.sallyport.examples.fundloads.parse;

import com.google.protobuf.ByteString;
import dev.sallyport.examples.fundloads.FundLoadMethods;
import dev.sallyport.examples.fundloads.v1.ParseReply;
import dev.sallyport.examples.fundloads.v1.ParseRequest;
import dev.sallyport.supervisor.Worker;
import dev.sallyport.transport.Routes;
import jakarta.inject.Singleton;

/** Serves {@code fund-loads/parse}. */
@Singleton
final class ParseWorker implements Worker {

    @Override
    public Routes routes() {
        return Routes.builder()
                .on(FundLoadMethods.PARSE, (call, request) -> parse(request))
                .build();
    }

    private static ParseReply parse(ParseRequest request) {
        ParseReply.Builder reply = ParseReply.newBuilder();
        for (ByteString line : request.getLinesList()) {
            // bytes that are not UTF-8 become U+FFFD, which no valid line contains
            reply.addParsed(LineParser.parse(line.toStringUtf8()));
        }
        return reply.build();
    }
}
