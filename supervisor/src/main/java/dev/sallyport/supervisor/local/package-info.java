/** The mode in which workers are processes of their own: one thread decides, others wait and work for it. */
@NullMarked
package dev.sallyport.supervisor.local;

import org.jspecify.annotations.NullMarked;
