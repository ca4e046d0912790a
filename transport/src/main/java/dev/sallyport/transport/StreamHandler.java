package dev.sallyport.transport;

/** Serves one streaming method. Called by many threads at once, one for each call. */
@FunctionalInterface
public interface StreamHandler<Q, R> {

    /**
     * Serves one call: takes requests and sends replies until it returns. Returning ends the call with {@link Outcome#OK}; a method
     * with one reply must have sent it by then.
     *
     * @param stream this side's end; ended when the handler returns
     * @throws HandlerException a failure whose text and details the caller may see
     * @throws Exception any other failure: the caller learns that the call failed, and no more
     */
    void handle(CallContext call, CallStream<R, Q> stream) throws Exception;
}
