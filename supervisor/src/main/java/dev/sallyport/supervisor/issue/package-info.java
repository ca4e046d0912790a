/** The making of bundles: keys from the transport, metadata from the configuration; published once, consumed once, wiped. */
@NullMarked
package dev.sallyport.supervisor.issue;

import org.jspecify.annotations.NullMarked;
