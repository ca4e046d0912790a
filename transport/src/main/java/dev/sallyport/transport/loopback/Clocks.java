package dev.sallyport.transport.loopback;

import java.util.function.LongSupplier;

/**
 * The clocks by which TIME is stamped and judged (protocol.md, sections 4 and 5), and by which a lane connects for as long as it may.
 * Every transport has {@link #SYSTEM}; a test that must see a clock step has its own.
 *
 * @param wallMillis Unix time
 * @param nanos monotonic
 */
record Clocks(LongSupplier wallMillis, LongSupplier nanos) {

    static final Clocks SYSTEM = new Clocks(System::currentTimeMillis, System::nanoTime);
}
