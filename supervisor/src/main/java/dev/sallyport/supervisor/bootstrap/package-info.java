/** The bootstrap pipe: one bundle through the child's stdin, which then stays open as the worker's lifeline. */
@NullMarked
package dev.sallyport.supervisor.bootstrap;

import org.jspecify.annotations.NullMarked;
