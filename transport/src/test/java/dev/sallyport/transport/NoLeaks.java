package dev.sallyport.transport;

import io.github.nettyplus.leakdetector.junit.NettyLeakDetectorExtension;

/**
 * Fails the test behind which a buffer was left to the garbage collector. Each look is a collection: there is one before the first
 * test of a class, one behind each, and one behind the last.
 */
public final class NoLeaks extends NettyLeakDetectorExtension {

    public NoLeaks() {
        // not before each test: nothing happens between the end of one and the beginning of the next
        super(false, true, true, true);
    }
}
