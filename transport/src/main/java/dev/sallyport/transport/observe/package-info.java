/** Observers that ship with the transport. None is used unless the embedding program gives it to the configuration. */
@NullMarked
package dev.sallyport.transport.observe;

import org.jspecify.annotations.NullMarked;
