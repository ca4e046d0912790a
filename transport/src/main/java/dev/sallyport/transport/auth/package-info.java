/** Tags: who may say that a frame is verified, and how one is signed (protocol.md, section 2). Internal to the transport. */
@NullMarked
package dev.sallyport.transport.auth;

import org.jspecify.annotations.NullMarked;
