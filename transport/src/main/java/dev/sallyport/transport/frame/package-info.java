/** Frames: their layout, their size guard, and the one way in which a stage says that a frame is refused. */
@NullMarked
package dev.sallyport.transport.frame;

import org.jspecify.annotations.NullMarked;
