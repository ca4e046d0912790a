package dev.sallyport.transport.loopback;

import dev.sallyport.transport.Transport;
import dev.sallyport.transport.TransportConfig;
import dev.sallyport.transport.auth.FrameMac;
import java.util.Arrays;

/**
 * The loopback transport with a tag of zeros in place of HMAC: what the stack costs without signing. It stands in the benchmarks
 * and reaches a package-private constructor of the same package, so that no configuration of the product can ask for it.
 */
public final class UnsignedTransport {

    private static final FrameMac ZEROS = (context, bytes, offset, length, out) -> Arrays.fill(out, (byte) 0);

    private UnsignedTransport() {}

    /** Starts one; both ends must be of this kind. */
    public static Transport create(TransportConfig config) {
        return new Assembly(config, new SocketMedium(config), (key, label) -> ZEROS, Clocks.SYSTEM);
    }
}
