/**
 * Key material: its one holder, its derivation (protocol.md, section 3), its issue on the serving side, and its one
 * serialised form, the bundle (section 9).
 *
 * <p>Internal to this module: public types here are public for the packages above and for the supervisor module, not for
 * embedding programs. Nothing here reads a clock, starts a thread or touches the network; files are touched by credential
 * and secret files only.
 *
 * <p>Wiping is best effort. A {@link dev.sallyport.transport.keys.Secret} overwrites its array, and intermediate arrays of
 * this package are overwritten after use, but the runtime may have copied them before (garbage collection, the key
 * objects and pads inside the JDK's and BouncyCastle's MAC), and no library can reach those copies.
 */
@NullMarked
package dev.sallyport.transport.keys;

import org.jspecify.annotations.NullMarked;
