@NullMarked
package dev.sallyport.transport.inline;

import org.jspecify.annotations.NullMarked;
