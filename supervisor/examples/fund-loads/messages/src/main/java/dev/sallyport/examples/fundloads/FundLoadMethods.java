package dev.sallyport.examples.fundloads;

import dev.sallyport.examples.fundloads.v1.DecideReply;
import dev.sallyport.examples.fundloads.v1.DecideRequest;
import dev.sallyport.examples.fundloads.v1.ParseReply;
import dev.sallyport.examples.fundloads.v1.ParseRequest;
import dev.sallyport.transport.MethodDescriptor;

/** The methods that the scenario calls, one for each group. */
public final class FundLoadMethods {

    /** Served by the workers of group {@code parse}: stateless. */
    public static final MethodDescriptor<ParseRequest, ParseReply> PARSE =
            MethodDescriptor.of("fund-loads/parse", ParseRequest.parser(), ParseReply.parser());

    /** Served by the workers of group {@code limits}: the loads of a customer always by the same worker, one call at a time. */
    public static final MethodDescriptor<DecideRequest, DecideReply> DECIDE =
            MethodDescriptor.of("fund-loads/decide", DecideRequest.parser(), DecideReply.parser());

    private FundLoadMethods() {}
}
