/** The stateless group: a line of JSON becomes a typed fund load, or the typed reason why it is none. */
@NullMarked
@InjectModule(name = "fund-loads-parse")
package dev.sallyport.examples.fundloads.parse;

import io.avaje.inject.InjectModule;
import org.jspecify.annotations.NullMarked;
