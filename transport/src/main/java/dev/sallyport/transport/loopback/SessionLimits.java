package dev.sallyport.transport.loopback;

/**
 * What bounds an open session.
 *
 * @param writeStallMillis how long nothing may be writable before the peer counts as slow
 */
record SessionLimits(long writeStallMillis) {}
