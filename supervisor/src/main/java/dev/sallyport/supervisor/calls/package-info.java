/** The calls to the workers of a group, and which worker gets which: the same in every mode. */
@NullMarked
package dev.sallyport.supervisor.calls;

import org.jspecify.annotations.NullMarked;
