package dev.sallyport.transport;

/** Serves one unary method. Called by many threads at once. */
@FunctionalInterface
public interface Handler<Q, R> {

    /**
     * Answers one request.
     *
     * @return the reply; null is an {@link Outcome#APPLICATION_ERROR}
     * @throws HandlerException a failure whose text and details the caller may see
     * @throws Exception any other failure: the caller learns that the call failed, and no more
     */
    R handle(CallContext call, Q request) throws Exception;
}
