package dev.sallyport.transport.auth;

import dev.sallyport.transport.keys.Secret;

/** Makes the keyed function of one direction of one session. */
@FunctionalInterface
public interface MacFactory {

    /** The one suite of SWP/1. */
    MacFactory HMAC_SHA256 = HmacSha256::new;

    FrameMac create(Secret key, Label label);
}
