/** Calls: the payload of DATA frames, and what becomes of each message in it. */
@NullMarked
package dev.sallyport.transport.dispatch;

import org.jspecify.annotations.NullMarked;
