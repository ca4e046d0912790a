/** Sessions: their state, and the messages of the control plane. */
@NullMarked
package dev.sallyport.transport.session;

import org.jspecify.annotations.NullMarked;
