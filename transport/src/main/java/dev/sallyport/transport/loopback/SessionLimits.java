package dev.sallyport.transport.loopback;

/**
 * What bounds an open session.
 *
 * @param writeStallMillis how long nothing may be writable before the peer counts as slow
 * @param clocks by which TIME is stamped and judged
 */
record SessionLimits(long writeStallMillis, Clocks clocks) {}
